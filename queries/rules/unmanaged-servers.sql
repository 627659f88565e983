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
FROM ec2_instances_latest i
WHERE i.state = 'running'
  AND i.instance_id NOT IN (
    SELECT resourceid FROM aws_instanceinformation_latest
    WHERE resourceid IS NOT NULL)
ORDER BY resource
