-- title: Server without an agent
-- answers: which running servers report no inventory, so that nobody sees their software
-- severity: info
-- owner: operations
-- message: install the Systems Manager agent and give the server a role that may use it
-- needs: ec2_instances, aws_instanceinformation
SELECT
  i.instance_id AS resource,
  i.account_id AS account,
  i.region,
  i.tags['team'] AS owner,
  concat(coalesce(i.name, i.instance_id), ' has no inventory') AS finding
FROM ec2_instances i
WHERE i.snapshot_date = (SELECT max(snapshot_date) FROM ec2_instances)
  AND i.state = 'running'
  AND i.instance_id NOT IN (
    SELECT resourceid FROM aws_instanceinformation
    WHERE resourceid IS NOT NULL
      AND snapshot_date = (SELECT max(snapshot_date) FROM aws_instanceinformation))
ORDER BY resource
