"""The box around everybody's area, found by an index, however large the crowd is (decision 0020)."""

from typing import ClassVar

from django.db import migrations

# A quarter more than the larger area: the log of why tells those who miss it narrowly by how much. A degree is taken
# a little short, so that the box is never smaller than the circle.
FORWARD = """
create function crowd_reach(latitude float8, longitude float8, radius_km smallint, second_radius_km smallint)
returns box language sql immutable parallel safe as $$
  select box(
    point(longitude - r / greatest(cos(radians(latitude)), 0.01), latitude - r),
    point(longitude + r / greatest(cos(radians(latitude)), 0.01), latitude + r))
  from (select greatest(radius_km, coalesce(second_radius_km, 0)) * 1.25 / 111.0 as r) reach
$$;
create function crowd_km(latitude float8, longitude float8, other_latitude float8, other_longitude float8)
returns float8 language sql immutable parallel safe as $$
  select 2 * 6371.0088 * asin(sqrt(least(1.0,
    sin(radians(other_latitude - latitude) / 2) ^ 2
    + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(radians(other_longitude - longitude) / 2) ^ 2)))
$$;
create index helpers_by_reach on crowd_helper
  using gist (crowd_reach(latitude, longitude, radius_km, second_radius_km)) where state not in ('applied', 'left');
"""
BACK = """
drop index helpers_by_reach;
drop function crowd_km(float8, float8, float8, float8);
drop function crowd_reach(float8, float8, smallint, smallint);
"""


class Migration(migrations.Migration):
    replaces: ClassVar = [("crowd", "0005_areas_by_index")]
    dependencies: ClassVar = [("crowd", "0001_tables")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, BACK)]
