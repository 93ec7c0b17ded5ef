-- Whole numbers in the order of `points.score`; equal points draw the lot of `points.lot`.
scored as materialized (
  select d.*, points.*, row_number() over (
    order by s_stars + s_level + s_travel + s_reliability + s_tier + s_earlier + s_newcomer desc,
      sha256(uuid_send(w.call) || uuid_send(d.helper_id))
  ) as place
  from judged d cross join wanted w
  cross join lateral (
    select coalesce(sum(stars * weight), 0)::bigint as sum, coalesce(sum(weight), 0)::bigint as weight
    from (
      select r.stars, case when age / w.w_half_life_days >= {forgotten} then 0
        else ({fresh} * (2 * w.w_half_life_days - mod(age, w.w_half_life_days)) / (2 * w.w_half_life_days))
          >> (age / w.w_half_life_days)::int end as weight
      from unnest(d.stars, d.rated_at) r (stars, given)
      cross join lateral (select (w.at_us - r.given) / 86400000000 as age) old
      where r.given <= w.at_us
    ) each
  ) ratings
  cross join lateral (
    select coalesce(sum(greatest(0, (d.skills -> code ->> 0)::int - level)), 0) as above
    from unnest(w.codes, w.levels) need (code, level)
  ) level
  cross join lateral (
    select w.w_prior_ratings * {fresh} + ratings.weight as weight,
      1000 * w.w_stars * ratings.sum + w.w_stars * w.w_prior_stars * w.w_prior_ratings * {fresh} as believed
    offset 0
  ) star
  cross join lateral (
    select star.believed / star.weight as s_stars,
      w.w_level * level.above * 1000 / greatest(1, cardinality(w.codes)) as s_level,
      w.w_travel * greatest(0, {travel_cap} - d.minutes) * 1000 / {travel_cap} as s_travel,
      w.w_reliability * ((w.w_prior_reliability * w.w_prior_jobs
        + greatest(0, 1000 * d.promises - 1000 * d.faults / 2)) / (w.w_prior_jobs + d.promises)) as s_reliability,
      case when d.tier = w.preferred then w.w_tier * 1000 else 0 end as s_tier,
      case when d.helper_id = any(w.earlier) then w.w_earlier * 1000 else 0 end as s_earlier,
      (star.believed + 1000 * w.w_newcomer * w.w_prior_ratings * {fresh}) / star.weight - star.believed / star.weight
        as s_newcomer,
      level.above
    offset 0
  ) points
  where d.keeps is null
)
