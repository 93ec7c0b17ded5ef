-- The promised visits of these few, with the branch at which something is fetched before.
select j.helper_id, lower(j.period), upper(j.period), d.latitude, d.longitude, b.latitude, b.longitude
from booking_assignment j
join booking_servicecall c on c.id = j.call_id join booking_address d on d.id = c.address_id
left join visit_delivery v on v.call_id = c.id left join partners_branch b on b.id = v.branch_id
where j.helper_id = any(%(helpers)s) and j.state = 'active' and j.period && tstzrange(%(first)s, %(last)s)
