"""how often the knowledge base was changed"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    revisions = op.create_table('knowledge_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_revision'))
    )
    op.bulk_insert(revisions, [{'id': 1, 'number': 0}])


def downgrade() -> None:
    op.drop_table('knowledge_revision')
