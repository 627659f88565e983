-- title: Load of servers outside AWS
-- answers: CPU, memory, disk and network of hosts from scrapes of node_exporter and windows_exporter, with the columns of cloudwatch_metrics; rates need two scrapes, and a counter that began anew counts from zero
WITH samples AS (
  SELECT
    host,
    name,
    coalesce(
      element_at(labels, 'cpu'), element_at(labels, 'core'), element_at(labels, 'device'),
      element_at(labels, 'nic'), element_at(labels, 'volume'), '') AS part,
    coalesce(element_at(labels, 'mode'), '') AS mode,
    "timestamp" AS moment,
    value
  FROM prometheus_samples
  WHERE name IN (
    'node_cpu_seconds_total', 'node_cpu', 'windows_cpu_time_total',
    'node_network_receive_bytes_total', 'node_network_receive_bytes',
    'node_network_transmit_bytes_total', 'node_network_transmit_bytes',
    'windows_net_bytes_received_total', 'windows_net_bytes_sent_total',
    'node_disk_read_bytes_total', 'node_disk_bytes_read',
    'node_disk_written_bytes_total', 'node_disk_bytes_written',
    'windows_logical_disk_read_bytes_total', 'windows_logical_disk_write_bytes_total')
), steps AS (
  SELECT
    host, name, part, mode, moment, value,
    lag(value) OVER (PARTITION BY host, name, part, mode ORDER BY moment) AS before,
    lag(moment) OVER (PARTITION BY host, name, part, mode ORDER BY moment) AS since
  FROM samples
), increases AS (
  SELECT
    host, name, part, mode, since, moment,
    CASE WHEN value >= before THEN value - before ELSE value END AS increase
  FROM steps
  WHERE before IS NOT NULL AND moment > since
), processors AS (
  -- Times of guests are within those of users, and Windows' privileged time holds interrupts.
  SELECT
    host, since, moment,
    sum(CASE WHEN mode = 'idle' THEN increase ELSE 0 END) AS idle,
    sum(CASE WHEN mode IN ('guest', 'guest_nice', 'dpc', 'interrupt') THEN 0 ELSE increase END) AS modes,
    count(DISTINCT CASE WHEN mode = 'idle' THEN part END)
      * date_diff('millisecond', since, moment) / 1000e0 AS elapsed,
    count(DISTINCT mode) AS kinds
  FROM increases
  WHERE name IN ('node_cpu_seconds_total', 'node_cpu', 'windows_cpu_time_total')
  GROUP BY 1, 2, 3
  HAVING count(DISTINCT CASE WHEN mode = 'idle' THEN part END) > 0
), memory AS (
  SELECT
    host,
    "timestamp" AS moment,
    max(CASE WHEN name IN ('node_memory_MemTotal_bytes', 'node_memory_MemTotal',
      'windows_memory_physical_total_bytes', 'windows_cs_physical_memory_bytes',
      'windows_os_visible_memory_bytes') THEN value END) AS total,
    coalesce(
      max(CASE WHEN name IN ('node_memory_MemAvailable_bytes', 'node_memory_MemAvailable',
        'windows_memory_available_bytes') THEN value END),
      max(CASE WHEN name IN ('windows_os_physical_memory_free_bytes',
        'windows_memory_physical_free_bytes') THEN value END),
      max(CASE WHEN name IN ('node_memory_MemFree_bytes', 'node_memory_MemFree') THEN value END)
        + coalesce(max(CASE WHEN name IN ('node_memory_Buffers_bytes', 'node_memory_Buffers') THEN value END), 0)
        + coalesce(max(CASE WHEN name IN ('node_memory_Cached_bytes', 'node_memory_Cached') THEN value END), 0)
    ) AS available
  FROM prometheus_samples
  WHERE name LIKE 'node_memory_Mem%' OR name LIKE 'windows_memory_%'
    OR name IN ('node_memory_Buffers_bytes', 'node_memory_Buffers', 'node_memory_Cached_bytes',
      'node_memory_Cached', 'windows_cs_physical_memory_bytes', 'windows_os_visible_memory_bytes',
      'windows_os_physical_memory_free_bytes')
  GROUP BY 1, 2
), disks AS (
  SELECT
    host,
    "timestamp" AS moment,
    coalesce(element_at(labels, 'mountpoint'), element_at(labels, 'volume')) AS path,
    max(CASE WHEN name IN ('node_filesystem_size_bytes', 'node_filesystem_size',
      'windows_logical_disk_size_bytes') THEN value END) AS total,
    max(CASE WHEN name IN ('node_filesystem_avail_bytes', 'node_filesystem_avail',
      'windows_logical_disk_free_bytes') THEN value END) AS available
  FROM prometheus_samples
  WHERE name IN ('node_filesystem_size_bytes', 'node_filesystem_size',
      'node_filesystem_avail_bytes', 'node_filesystem_avail', 'windows_logical_disk_size_bytes',
      'windows_logical_disk_free_bytes')
    AND coalesce(element_at(labels, 'fstype'), '') NOT IN ('tmpfs', 'ramfs', 'overlay', 'squashfs', 'devtmpfs')
    AND coalesce(element_at(labels, 'volume'), '') NOT LIKE 'HarddiskVolume%'
  GROUP BY 1, 2, 3
), flows AS (
  SELECT
    host, since, moment,
    CASE
      WHEN name LIKE '%receive%' THEN 'NetworkIn'
      WHEN name LIKE '%transmit%' OR name LIKE '%sent%' THEN 'NetworkOut'
      WHEN name LIKE '%writ%' THEN 'DiskWriteBytes'
      ELSE 'DiskReadBytes' END AS metric_name,
    sum(increase) AS total
  FROM increases
  WHERE name NOT IN ('node_cpu_seconds_total', 'node_cpu', 'windows_cpu_time_total')
    AND part NOT IN ('lo', '_Total') AND part NOT LIKE 'veth%' AND part NOT LIKE 'docker%'
    AND part NOT LIKE 'dm-%' AND part NOT LIKE 'loop%' AND part NOT LIKE 'HarddiskVolume%'
    AND part NOT LIKE 'isatap%'
  GROUP BY 1, 2, 3, 4
), points AS (
  SELECT
    host, 'CPUUtilization' AS metric_name, since AS moment,
    date_diff('second', since, moment) AS period_seconds,
    CAST(NULL AS double) AS total,
    greatest(0e0, least(100e0, 100e0 * (1e0 - idle / CASE WHEN kinds > 1 THEN modes ELSE elapsed END))) AS average,
    'Percent' AS unit, CAST(NULL AS varchar) AS path
  FROM processors
  WHERE CASE WHEN kinds > 1 THEN modes ELSE elapsed END > 0
  UNION ALL
  SELECT host, 'mem_used_percent', moment, CAST(NULL AS bigint), CAST(NULL AS double),
    100e0 * (1e0 - available / total), 'Percent', CAST(NULL AS varchar)
  FROM memory
  WHERE total > 0 AND available IS NOT NULL
  UNION ALL
  SELECT host, 'disk_used_percent', moment, CAST(NULL AS bigint), CAST(NULL AS double),
    100e0 * (1e0 - available / total), 'Percent', path
  FROM disks
  WHERE total > 0 AND available IS NOT NULL
  UNION ALL
  SELECT host, metric_name, since, date_diff('second', since, moment), total,
    CAST(NULL AS double), 'Bytes', CAST(NULL AS varchar)
  FROM flows
)
SELECT
  CAST(NULL AS varchar) AS account_id,
  CAST(NULL AS varchar) AS region,
  'Prometheus/Node' AS namespace,
  metric_name,
  CASE WHEN path IS NULL THEN MAP(ARRAY['host'], ARRAY[host])
    ELSE MAP(ARRAY['host', 'path'], ARRAY[host, path]) END AS dimensions,
  host AS resource_id,
  moment AS "timestamp",
  period_seconds,
  CAST(NULL AS double) AS sample_count,
  total AS sum,
  average,
  CAST(NULL AS double) AS minimum,
  CAST(NULL AS double) AS maximum,
  CAST(NULL AS map(varchar, double)) AS percentiles,
  unit,
  CAST(moment AS date) AS metric_date
FROM points
