"""what warning signs were found, and a flag on the conversation"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

LEVEL = sa.Enum('emergency', 'crisis', 'concern', 'urgent', name='level', native_enum=False, length=16)


def upgrade() -> None:
    op.create_table('warnings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('level', LEVEL, nullable=False),
    sa.Column('sign', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.String(length=80), nullable=False),
    sa.Column('version', sa.String(length=16), nullable=False),
    sa.Column('said', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_warnings_conversation_id_conversations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_warnings_message_id_messages'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warnings'))
    )
    op.create_index(op.f('ix_warnings_conversation_id'), 'warnings', ['conversation_id'])
    with op.batch_alter_table('conversations') as batch:
        batch.add_column(sa.Column('flag', LEVEL, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('conversations') as batch:
        batch.drop_column('flag')
    op.drop_table('warnings')
