-- title: Server with patches missing
-- answers: which servers lack patches, or failed to install them, by the last scan
-- severity: warning
-- owner: operations
-- message: run the patch baseline
-- needs: aws_patchsummary
SELECT
  resourceid AS resource,
  accountid AS account,
  region,
  concat(CAST(missingcount AS varchar), ' patches missing, ', CAST(coalesce(CAST(failedcount AS bigint), 0) AS varchar), ' failed') AS finding
FROM aws_patchsummary_latest
WHERE (CAST(missingcount AS bigint) > 0 OR CAST(failedcount AS bigint) > 0)
ORDER BY resource
