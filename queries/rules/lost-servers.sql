-- title: Server whose inventory says that it was lost
-- answers: which servers of the inventory lost their connection
-- severity: warning
-- owner: operations
-- message: look whether the server runs and its agent has a way out
-- unless: silent-agents
-- needs: aws_instanceinformation
SELECT
  resourceid AS resource,
  accountid AS account,
  region,
  concat(coalesce(computername, resourceid), ': agent ', instancestatus) AS finding
FROM aws_instanceinformation_latest
WHERE instancestatus IN ('ConnectionLost', 'Inactive')
ORDER BY resource
