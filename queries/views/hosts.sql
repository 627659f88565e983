-- title: Servers outside AWS
-- answers: which hosts scrapes of node_exporter and windows_exporter are of, with processors, memory and system
SELECT
  host,
  count(DISTINCT CASE WHEN name IN ('node_cpu_seconds_total', 'node_cpu', 'windows_cpu_time_total')
    AND element_at(labels, 'mode') = 'idle'
    THEN coalesce(element_at(labels, 'cpu'), element_at(labels, 'core')) END) AS vcpus,
  max(CASE WHEN name IN ('node_memory_MemTotal_bytes', 'node_memory_MemTotal',
    'windows_memory_physical_total_bytes', 'windows_cs_physical_memory_bytes',
    'windows_os_visible_memory_bytes') THEN value END) AS memory_bytes,
  CASE max(CASE WHEN name = 'node_uname_info' THEN element_at(labels, 'machine') END)
    WHEN 'aarch64' THEN 'arm64' WHEN 'arm64' THEN 'arm64' ELSE 'x86_64' END AS architecture,
  coalesce(
    max(CASE WHEN name = 'node_os_info' THEN element_at(labels, 'pretty_name') END),
    max(CASE WHEN name = 'windows_os_info' THEN element_at(labels, 'product') END),
    max(CASE WHEN name = 'node_uname_info' THEN element_at(labels, 'sysname') END)) AS system,
  max(CASE WHEN name = 'node_uname_info' THEN element_at(labels, 'nodename') END) AS node_name,
  count(DISTINCT "timestamp") AS scrapes,
  min("timestamp") AS first_seen,
  max("timestamp") AS last_seen
FROM prometheus_samples
GROUP BY 1
