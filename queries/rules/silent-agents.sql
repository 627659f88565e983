-- title: Server whose agent is silent
-- answers: which managed servers have not been heard of
-- severity: warning
-- owner: operations
-- message: look whether the server runs and its agent has a way out
-- needs: ssm_managed_instances
SELECT
  m.instance_id AS resource,
  m.account_id AS account,
  m.region,
  concat(coalesce(m.computer_name, m.instance_id), ' last heard of on ',
    coalesce(CAST(CAST(m.last_ping_time AS date) AS varchar), 'no known day')) AS finding
FROM ssm_managed_instances_latest m
WHERE (m.ping_status <> 'Online'
    OR m.last_ping_time < date_add('day', -2, CAST(m.snapshot_date AS timestamp)))
ORDER BY resource
