"""bookings in progress, in the chat"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('booking_drafts',
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('not_before', sa.Time(), nullable=True),
    sa.Column('not_after', sa.Time(), nullable=True),
    sa.Column('hold_id', sa.String(length=32), nullable=True),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('times', sa.JSON(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_booking_drafts_conversation_id_conversations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_booking_drafts_service_id_services'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation_id', name=op.f('pk_booking_drafts'))
    )


def downgrade() -> None:
    op.drop_table('booking_drafts')
