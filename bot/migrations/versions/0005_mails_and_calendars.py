"""mails to visitors, practitioners' calendars and the busy times in them"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('appointment_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.Enum('notice', 'reminder', name='told', native_enum=False, length=16), nullable=False),
    sa.Column('way', sa.Enum('waiting', 'claimed', 'handed-over', 'sent', 'dropped', 'failed', 'unsure', name='way', native_enum=False, length=16), nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('due_at', MOMENT, nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('fault', sa.String(length=80), nullable=True),
    sa.Column('claim', sa.String(length=32), nullable=True),
    sa.Column('leased_until', MOMENT, nullable=True),
    sa.Column('told_state', sa.Enum('held', 'booked', 'cancelled', name='state', native_enum=False, length=16), nullable=True),
    sa.Column('told_starts_at', MOMENT, nullable=True),
    sa.Column('told_practitioner_id', sa.Integer(), nullable=True),
    sa.Column('sent_at', MOMENT, nullable=True),
    sa.Column('seen_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_mails_appointment_id_appointments'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mails')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_mails_appointment_id'), 'mails', ['appointment_id'])
    op.create_index('ix_mails_way', 'mails', ['way', 'due_at'])
    op.create_table('calendars',
    sa.Column('practitioner_id', sa.Integer(), nullable=False),
    sa.Column('feed_key', sa.String(length=43), nullable=False),
    sa.Column('own_address', sa.String(length=2000), nullable=True),
    sa.Column('read_at', MOMENT, nullable=True),
    sa.Column('fault', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['practitioner_id'], ['practitioners.id'], name=op.f('fk_calendars_practitioner_id_practitioners'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('practitioner_id', name=op.f('pk_calendars')),
    sa.UniqueConstraint('feed_key', name=op.f('uq_calendars_feed_key'))
    )
    op.create_table('busy_times',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practitioner_id', sa.Integer(), nullable=False),
    sa.Column('begins_at', MOMENT, nullable=False),
    sa.Column('ends_at', MOMENT, nullable=False),
    sa.CheckConstraint('begins_at < ends_at', name=op.f('ck_busy_times_order')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['practitioners.id'], name=op.f('fk_busy_times_practitioner_id_practitioners'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_busy_times'))
    )
    op.create_index(op.f('ix_busy_times_practitioner_id'), 'busy_times', ['practitioner_id'])


def downgrade() -> None:
    op.drop_table('busy_times')
    op.drop_table('calendars')
    op.drop_table('mails')
