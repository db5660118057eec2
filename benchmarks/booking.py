"""Measures how long free times take: four weeks and five practitioners, with 5,000 appointments in the book."""

from __future__ import annotations

import random
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bot.booking.appointments import Bookings
from bot.booking.seed import seed
from bot.booking.tables import Appointment, State
from bot.database import Database, now
from bot.knowledge.clinic import Clinic

APPOINTMENTS, PRACTITIONERS, DAYS, ROUNDS = 5_000, 5, 28, 200
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
FACTS: dict[str, Any] = {
    "name": "Benchmark",
    "region": "CA-AB",
    "time_zone": "America/Edmonton",
    "hours": {day: ["08:00-12:00", "13:00-19:00"] for day in WEEK},
    "services": [{"name": "Follow-up", "minutes": 45, "after_minutes": 15}],
    "practitioners": [{"name": f"Practitioner {number}"} for number in range(PRACTITIONERS)],
    "booking": {"mode": "slots", "farthest_days": 365},
}


def main() -> None:
    """Prints the times of one practitioner and of all."""
    with tempfile.TemporaryDirectory(prefix="meridian-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'meridian.db'}")
        database.migrate()
        clinic = Clinic.model_validate(FACTS)
        seed(database, clinic)
        bookings = Bookings(database, lambda: clinic)
        ahead = fill(database, bookings)
        print(f"{APPOINTMENTS} appointments, {ahead} of them in the {DAYS} days that are asked for")
        first = now().date()
        for name, practitioner in (("all practitioners", None), ("one practitioner", 1)):
            times = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                free = bookings.free(1, first, first + timedelta(days=DAYS - 1), practitioner)
                times.append((time.perf_counter() - begun) * 1000)
            p95 = quantiles(times, n=20)[18]
            print(f"{name:18} {len(free):5} free  p50 {median(times):6.2f} ms  p95 {p95:6.2f} ms")
        database.dispose()


def fill(database: Database, bookings: Bookings) -> int:
    """Books at random until the book holds so many: half of the coming weeks is taken, the rest lies around
    them. Gives how many lie in the weeks that are asked for."""
    dice = random.Random(1)
    begins = now().replace(hour=14, minute=0, second=0, microsecond=0)
    hours = [(p, d, h) for p in range(1, PRACTITIONERS + 1) for d in range(-100, 160) for h in range(10)]
    chosen = dice.sample(hours, APPOINTMENTS)
    with database.write() as session:
        for practitioner, day, hour in chosen:
            starts_at = begins + timedelta(days=day, hours=hour)
            session.add(
                Appointment(
                    id=uuid.uuid4().hex,
                    service_id=1,
                    practitioner_id=practitioner,
                    state=State.BOOKED,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=45),
                    busy_from=starts_at,
                    busy_until=starts_at + timedelta(minutes=60),
                    visitor="benchmark",
                    hold_key=uuid.uuid4().hex,
                    name="Somebody",
                    code=uuid.uuid4().hex[:9],
                )
            )
    return sum(0 <= day < DAYS for _, day, _ in chosen)


if __name__ == "__main__":
    main()
