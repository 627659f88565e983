import Columns

/// One period of one metric: a row of `cloudwatch_metrics`.
struct MetricPoint {
  var account: String?
  var region: String?
  var namespace: String?
  var name: String
  var dimensions: [(key: String, value: String)] = []
  var resource: String?
  /// Microseconds since the epoch.
  var timestamp: Int64
  var periodSeconds: Int64?
  var count: Double?
  var sum: Double?
  var average: Double?
  var minimum: Double?
  var maximum: Double?
  var percentiles: [(key: String, value: Double)] = []
  var unit: String?

  /// The columns of the table.
  enum Column: String {
    case account = "account_id"
    case region
    case namespace
    case name = "metric_name"
    case dimensions
    case resource = "resource_id"
    case timestamp
    case period = "period_seconds"
    case count = "sample_count"
    case sum
    case average
    case minimum
    case maximum
    case percentiles
    case unit
    case day = "metric_date"
  }

  /// The values of a table's columns, NULL where one is not known.
  func row(_ columns: [Column?]) -> [Value] { columns.map { $0.map(value) ?? .null } }

  private func value(_ column: Column) -> Value {
    switch column {
    case .account: text(account)
    case .region: text(region)
    case .namespace: text(namespace)
    case .name: .text(name)
    case .dimensions:
      .map(dimensions.map { MapEntry(key: .text($0.key), value: .text($0.value)) })
    case .resource: text(resource)
    case .timestamp: .int64(timestamp)
    case .period: periodSeconds.map { .int64($0) } ?? .null
    case .count: number(count)
    case .sum: number(sum)
    case .average: number(average)
    case .minimum: number(minimum)
    case .maximum: number(maximum)
    case .percentiles:
      .map(percentiles.map { MapEntry(key: .text($0.key), value: .double($0.value)) })
    case .unit: text(unit)
    case .day: .int64(timestamp.floorDivided(by: Microseconds.day))
    }
  }

  private func text(_ string: String?) -> Value { string.map { .text($0) } ?? .null }

  private func number(_ value: Double?) -> Value { value.map { .double($0) } ?? .null }

  /// Sets one statistic by the name that CloudWatch gives it: `Average`, `Maximum`, `p99`, …
  mutating func set(_ statistic: String, _ value: Double) {
    switch statistic.lowercased() {
    case "average", "avg", "mean": average = value
    case "maximum", "max": maximum = value
    case "minimum", "min": minimum = value
    case "sum", "total": sum = value
    case "samplecount", "sample_count", "count", "n": count = value
    case let name where MetricPoint.isPercentile(name): percentiles.append((name, value))
    // Others that CloudWatch has, such as IQM and PR(10:20).
    default: percentiles.append((statistic, value))
    }
  }

  /// Whether anything was measured.
  var hasValue: Bool {
    [average, maximum, minimum, sum, count].contains { $0 != nil } || !percentiles.isEmpty
  }

  /// No metric of CloudWatch is older: the first of January 2006, before AWS opened.
  static let earliest: Int64 = 1_136_073_600_000_000

  /// Whether a text names a statistic that CloudWatch has.
  ///
  /// Source: CloudWatch user guide, "CloudWatch statistics definitions".
  static func isStatistic(_ text: String) -> Bool {
    let name = text.lowercased()
    if ["iqm", "average", "avg", "mean", "maximum", "max", "minimum", "min"].contains(name) {
      return true
    }
    if ["sum", "total", "samplecount", "sample_count", "count", "n"].contains(name) { return true }
    guard name.hasSuffix(")"), let open = name.firstIndex(of: "(") else {
      return isPercentile(name)
    }
    // A range, either end of which may be open: TM(10%:90%), PR(:300).
    return ["pr", "tm", "tc", "ts", "wm"].contains(name[..<open])
      && name[open...].dropFirst().dropLast().allSatisfy {
        $0.isASCII && $0.isNumber || ".:%".contains($0)
      }
  }

  /// Whether a statistic is called like `p99`, `p99.9` or `tm90`.
  static func isPercentile(_ name: String) -> Bool {
    let letters = name.prefix { $0.isLetter }
    return ["p", "tm", "tc", "ts", "wm"].contains(String(letters))
      && Double(name.dropFirst(letters.count)) != nil
  }
}

/// What names of files, labels and dimensions tell of a metric's resource.
enum MetricNames {
  /// The dimension that names the resource, most telling first.
  private static let telling = [
    "InstanceId", "VolumeId", "DBInstanceIdentifier", "DBClusterIdentifier", "FunctionName",
    "LoadBalancer", "LoadBalancerName", "NatGatewayId", "CacheClusterId", "ClusterIdentifier",
    "TableName", "QueueName", "BucketName", "FileSystemId", "AutoScalingGroupName",
  ]

  static func resource(of dimensions: [(key: String, value: String)]) -> String? {
    for name in telling {
      if let found = dimensions.first(where: { $0.key == name }) { return found.value }
    }
    return dimensions.count == 1 ? dimensions[0].value : nil
  }

  /// The dimension that an id is the value of, by its kind.
  static func dimensions(of resource: String?) -> [(key: String, value: String)] {
    guard let resource else { return [] }
    if resource.hasPrefix("i-") { return [("InstanceId", resource)] }
    return resource.hasPrefix("vol-") ? [("VolumeId", resource)] : []
  }

  /// An id such as `i-0abc1234` or `vol-0abc…` within a text; `i_0abc1234` counts as well.
  ///
  /// Ids have eight or seventeen digits. What has others, or goes on with a character that separates
  /// nothing, is damaged and names no resource: the rest of it may be that of another one.
  static func resource(in text: String) -> String? {
    let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" }
    for word in words {
      let parts = word.split { $0 == "-" || $0 == "_" }
      for (kind, digits) in zip(parts, parts.dropFirst())
      where kinds.contains(kind) && isHexadecimal(digits) {
        let isWhole = digits.endIndex < word.endIndex || ends(text[digits.endIndex...])
        return isWhole ? "\(kind)-\(digits)" : nil
      }
    }
    return nil
  }

  /// Whether a text is such an id: no two resources have the same, whatever their accounts.
  static func isUnique(_ resource: String) -> Bool { self.resource(in: resource) == resource }

  private static let kinds: Set<Substring> = ["i", "mi", "vol", "eni", "nat", "fs"]

  private static func isHexadecimal(_ digits: Substring) -> Bool {
    (digits.utf8.count == 8 || digits.utf8.count == 17)
      && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  /// Whether what follows an id parts it from the rest.
  private static func ends(_ rest: Substring) -> Bool {
    rest.unicodeScalars.first.map { $0.isASCII && ($0.value >= 0x20 || $0.value == 0x09) } ?? true
  }

  /// The metric in a label such as `i-0abc1234 CPUUtilization Maximum`, and the statistic if named.
  static func metric(in label: String) -> (name: String, statistic: String?) {
    let words = label.split { $0 == " " || $0 == "," || $0 == "|" || $0 == "/" }.map(String.init)
    let statistic = words.first(where: isStatistic)
    let names = words.filter { !isStatistic($0) && resource(in: $0) == nil }
    return (names.count == 1 ? names[0] : label, statistic)
  }

  /// The statistic in an id such as `cpu_max`; nil if none is named.
  static func statistic(inID id: String) -> String? {
    id.split(separator: "_").map(String.init).first(where: isStatistic)
  }

  /// The namespace of metrics whose names are of one only.
  static func namespace(of metric: String, resource: String?) -> String? {
    if resource?.hasPrefix("vol-") == true { return "AWS/EBS" }
    if metric == "mem_used_percent" || metric == "Memory % Committed Bytes In Use" {
      return "CWAgent"
    }
    guard resource == nil || resource?.hasPrefix("i-") == true else { return nil }
    let prefixes = ["CPU", "NetworkIn", "NetworkOut", "NetworkPackets", "EBS", "StatusCheckFailed"]
    let isEC2 =
      prefixes.contains { metric.hasPrefix($0) }
      || ["DiskReadOps", "DiskWriteOps", "DiskReadBytes", "DiskWriteBytes"].contains(metric)
    return isEC2 && (resource != nil || metric == "CPUUtilization") ? "AWS/EC2" : nil
  }

  private static func isStatistic(_ word: String) -> Bool {
    let lowered = word.lowercased()
    return ["average", "avg", "maximum", "max", "minimum", "min", "sum", "samplecount"]
      .contains(lowered) || MetricPoint.isPercentile(lowered)
  }
}
