-- title: Server of a previous generation
-- answers: which servers run on types that have cheaper and faster successors
-- severity: info
-- owner: operations
-- message: change the type; 'kakeibo rightsize' says to which
-- needs: ec2_instances
SELECT
  instance_id AS resource,
  account_id AS account,
  region,
  tags['team'] AS owner,
  concat(coalesce(name, instance_id), ' runs on ', instance_type) AS finding
FROM ec2_instances_latest
WHERE state <> 'terminated'
  AND regexp_like(instance_type, '^(t1|t2|m[1-4]|c[1-4]|r[34]|i2|d2|g[23]|p2|x1|h1|hs1|cr1|cc2)\.')
ORDER BY resource
