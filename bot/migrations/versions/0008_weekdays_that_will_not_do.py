"""weekdays that will not do, in the draft of a booking"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('booking_drafts', sa.Column('excluded', sa.JSON(), server_default='[]', nullable=False))


def downgrade() -> None:
    op.drop_column('booking_drafts', 'excluded')
