"""services, practitioners and their hours, appointments that never overlap"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# Two times of one practitioner never overlap, buffers counted. The database is the only judge of it, so that
# it holds whatever the program does. PostgreSQL knows such a constraint; SQLite gets triggers. A later
# migration that copies the table over (Alembic's batch mode) must make the triggers anew.
EXCLUDE = """
ALTER TABLE appointments ADD CONSTRAINT ex_appointments_overlap EXCLUDE USING gist (
    int4range(practitioner_id, practitioner_id, '[]') WITH &&,
    tstzrange(busy_from, busy_until) WITH &&
) WHERE (state IN ('held', 'booked'))
"""
TRIGGER = """
CREATE TRIGGER {name} BEFORE {event} ON appointments WHEN NEW.state IN ('held', 'booked')
BEGIN
    SELECT RAISE(ABORT, 'ex_appointments_overlap') WHERE EXISTS (
        SELECT 1 FROM appointments
        WHERE practitioner_id = NEW.practitioner_id AND state IN ('held', 'booked') AND id <> NEW.id
        AND busy_from < NEW.busy_until AND busy_until > NEW.busy_from
    );
END
"""
TRIGGERS = {
    'appointments_overlap_insert': 'INSERT',
    'appointments_overlap_update': 'UPDATE OF practitioner_id, state, busy_from, busy_until',
}


def upgrade() -> None:
    op.create_table('booking_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_minutes', sa.Integer(), nullable=False),
    sa.Column('farthest_days', sa.Integer(), nullable=False),
    sa.Column('open_bookings', sa.Integer(), nullable=False),
    sa.Column('cancel_minutes', sa.Integer(), nullable=False),
    sa.Column('step_minutes', sa.Integer(), nullable=False),
    sa.Column('open_on_holidays', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking_rules'))
    )
    op.create_table('practitioners',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practitioners')),
    sa.UniqueConstraint('name', name=op.f('uq_practitioners_name'))
    )
    op.create_table('services',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('price', sa.Double(), nullable=True),
    sa.Column('before_minutes', sa.Integer(), nullable=False),
    sa.Column('after_minutes', sa.Integer(), nullable=False),
    sa.Column('visit', sa.Enum('first', 'follow-up', name='visit', native_enum=False, length=16), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_services')),
    sa.UniqueConstraint('name', name=op.f('uq_services_name'))
    )
    op.create_table('appointments',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('practitioner_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('held', 'booked', 'cancelled', name='state', native_enum=False, length=16), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('busy_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('busy_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('visitor', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=True),
    sa.Column('hold_key', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=9), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.CheckConstraint("state <> 'booked' OR (name IS NOT NULL AND code IS NOT NULL)", name=op.f('ck_appointments_booked_for')),
    sa.CheckConstraint("state <> 'held' OR held_until IS NOT NULL", name=op.f('ck_appointments_held_until')),
    sa.CheckConstraint('busy_from <= starts_at AND ends_at <= busy_until', name=op.f('ck_appointments_buffers')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_appointments_order')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_appointments_conversation_id_conversations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['practitioner_id'], ['practitioners.id'], name=op.f('fk_appointments_practitioner_id_practitioners')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_appointments_service_id_services')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointments')),
    sa.UniqueConstraint('code', name=op.f('uq_appointments_code')),
    sa.UniqueConstraint('visitor', 'hold_key', name=op.f('uq_appointments_visitor_hold_key'))
    )
    op.create_index(op.f('ix_appointments_busy'), 'appointments', ['practitioner_id', 'busy_until'])
    op.create_index(op.f('ix_appointments_conversation_id'), 'appointments', ['conversation_id'])
    op.create_index(op.f('ix_appointments_email'), 'appointments', ['email'])
    op.create_index(op.f('ix_appointments_phone'), 'appointments', ['phone'])
    op.create_table('offerings',
    sa.Column('practitioner_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['practitioner_id'], ['practitioners.id'], name=op.f('fk_offerings_practitioner_id_practitioners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_offerings_service_id_services'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('practitioner_id', 'service_id', name=op.f('pk_offerings'))
    )
    op.create_table('time_off',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practitioner_id', sa.Integer(), nullable=True),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('begins_at < ends_at', name=op.f('ck_time_off_order')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['practitioners.id'], name=op.f('fk_time_off_practitioner_id_practitioners'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_off'))
    )
    op.create_index(op.f('ix_time_off_ends_at'), 'time_off', ['ends_at'])
    op.create_table('weekly_spans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practitioner_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('work', 'break', name='spankind', native_enum=False, length=16), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('begins', sa.Time(), nullable=False),
    sa.Column('ends', sa.Time(), nullable=False),
    sa.CheckConstraint('begins < ends', name=op.f('ck_weekly_spans_order')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['practitioners.id'], name=op.f('fk_weekly_spans_practitioner_id_practitioners'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_weekly_spans'))
    )
    op.create_index(op.f('ix_weekly_spans_practitioner_id'), 'weekly_spans', ['practitioner_id'])

    if op.get_bind().dialect.name == 'postgresql':
        op.execute(EXCLUDE)
    else:
        for name, event in TRIGGERS.items():
            op.execute(TRIGGER.format(name=name, event=event))


def downgrade() -> None:
    op.drop_table('weekly_spans')
    op.drop_table('time_off')
    op.drop_table('offerings')
    op.drop_table('appointments')
    op.drop_table('services')
    op.drop_table('practitioners')
    op.drop_table('booking_rules')
