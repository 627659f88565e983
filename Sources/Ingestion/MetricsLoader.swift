import Columns
import Compression
import Files
import Reports
import TextFormats
import Warehouse

/// Loads CloudWatch metrics: metric streams, answers of GetMetricData and GetMetricStatistics, CSV.
struct MetricsLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  let table: ReportTable

  struct Outcome {
    var rows = 0
    var notes: [String] = []
    /// Points that say neither when nor how much.
    var skipped = 0
  }

  /// Writes all points in one commit.
  ///
  /// - Throws: `FormatError` for what is neither JSON nor CSV; what writing throws.
  func load() throws -> Outcome {
    let writer = try warehouse.writer(
      WriteRequest(
        table: delivery.table, schema: table.schema, partitionColumns: table.partitionColumns,
        mode: .replaceTouched, source: delivery.source,
        transaction: (delivery.application, delivery.version), operation: "INGEST",
        operationParameters: ["report": delivery.kind.name, "source": delivery.source]))
    do {
      var outcome = Outcome()
      var buffer = RowBuffer(table.schema, to: writer)
      for file in delivery.files {
        switch file.format {
        case .json: try readJSON(file, into: &buffer, &outcome)
        case .csv: try readCSV(file, into: &buffer, &outcome)
        case .parquet: throw FormatError(file.path, "metrics are read from JSON and CSV only")
        }
      }
      try buffer.flush()
      try writer.commit()
      outcome.rows = buffer.rowCount
      if outcome.skipped > 0 {
        outcome.notes.append(
          "\(outcome.skipped) \(outcome.skipped == 1 ? "point" : "points") without a time or value left out"
        )
      }
      return outcome
    } catch {
      writer.cancel()
      throw error
    }
  }

  // MARK: JSON

  private func readJSON(
    _ file: SourceFile, into buffer: inout RowBuffer, _ outcome: inout Outcome
  ) throws {
    let documents = JSONLines(try PackedFile.open(file.path))
    while let document = try documents.next() {
      for object in document.array ?? [document] {
        let points: [MetricPoint?]
        if object["metric_stream_name"] != nil {
          points = [streamed(object)]
        } else if let results = object["MetricDataResults"]?.array {
          points = results.flatMap { metricData($0, file) }
        } else if let datapoints = object["Datapoints"]?.array {
          points = statistics(object, datapoints, file)
        } else {
          throw FormatError(
            file.path, at: "line \(documents.line)",
            "expected 'metric_stream_name', 'MetricDataResults' or 'Datapoints'")
        }
        for point in points {
          if let point {
            try buffer.append(point.row(buffer.schema))
          } else {
            outcome.skipped += 1
          }
        }
      }
    }
  }

  /// A line of a metric stream, format JSON 1.0: statistics of one minute.
  private func streamed(_ json: JSONValue) -> MetricPoint? {
    guard let name = json["metric_name"]?.string, let value = json["value"],
      let time = json["timestamp"]?.int64
    else { return nil }
    let (milliseconds, overflow) = time.multipliedReportingOverflow(by: 1000)
    guard !overflow else { return nil }
    var point = MetricPoint(name: name, timestamp: milliseconds)
    point.account = json["account_id"]?.string
    point.region = json["region"]?.string
    point.namespace = json["namespace"]?.string
    point.unit = json["unit"]?.string
    point.periodSeconds = 60
    point.dimensions = (json["dimensions"]?.object?.members ?? []).compactMap { member in
      member.value.string.map { (member.key, $0) }
    }
    point.resource = MetricNames.resource(of: point.dimensions)
    for member in value.object?.members ?? [] {
      if let number = member.value.double { point.set(member.key, number) }
    }
    if let sum = point.sum, let count = point.count, count > 0 { point.average = sum / count }
    return point
  }

  /// One result of GetMetricData; the label and the id tell what it is about as far as they do.
  private func metricData(_ json: JSONValue, _ file: SourceFile) -> [MetricPoint?] {
    let id = json["Id"]?.string ?? ""
    let label = json["Label"]?.string ?? id
    let metric = MetricNames.metric(in: label)
    let resource =
      MetricNames.resource(in: label) ?? MetricNames.resource(in: id)
      ?? MetricNames.resource(in: file.name)
    let statistic = metric.statistic ?? MetricNames.statistic(inID: id) ?? "Average"
    let times = json["Timestamps"]?.array ?? []
    let values = json["Values"]?.array ?? []
    return zip(times, values).map { time, value in
      guard let moment = JSONConversion.timestamp(time), let number = value.double else {
        return nil
      }
      var point = MetricPoint(name: metric.name, timestamp: moment)
      point.resource = resource
      point.dimensions = dimensions(of: resource)
      point.namespace = MetricNames.namespace(of: metric.name, resource: resource)
      point.set(statistic, number)
      return point
    }
  }

  /// The answer of GetMetricStatistics; its label is the metric, the file's name may tell the resource.
  private func statistics(
    _ json: JSONValue, _ datapoints: [JSONValue], _ file: SourceFile
  ) -> [MetricPoint?] {
    let name = json["Label"]?.string ?? "unknown"
    let resource = MetricNames.resource(in: file.name)
    return datapoints.map { data in
      guard let moment = JSONConversion.timestamp(data["Timestamp"]) else { return nil }
      var point = MetricPoint(name: name, timestamp: moment)
      point.resource = resource
      point.dimensions = dimensions(of: resource)
      point.namespace = MetricNames.namespace(of: name, resource: resource)
      point.unit = data["Unit"]?.string
      for statistic in ["SampleCount", "Sum", "Average", "Minimum", "Maximum"] {
        if let number = data[statistic]?.double { point.set(statistic, number) }
      }
      for member in data["ExtendedStatistics"]?.object?.members ?? [] {
        if let number = member.value.double { point.percentiles.append((member.key, number)) }
      }
      return point
    }
  }

  private func dimensions(of resource: String?) -> [(key: String, value: String)] {
    guard let resource else { return [] }
    if resource.hasPrefix("i-") { return [("InstanceId", resource)] }
    return resource.hasPrefix("vol-") ? [("VolumeId", resource)] : []
  }

  // MARK: CSV

  /// Columns that name things, and columns with values.
  private static let texts: Set<String> = [
    "account_id", "region", "namespace", "metric_name", "metric", "resource_id", "instance_id",
    "instanceid", "volume_id", "unit", "statistic", "stat",
  ]
  private static let numbers = [
    "value", "average", "avg", "maximum", "max", "minimum", "min", "sum", "sample_count",
    "samplecount", "period_seconds", "period", "p50", "p90", "p95", "p99", "p99.5",
  ]

  private func readCSV(
    _ file: SourceFile, into buffer: inout RowBuffer, _ outcome: inout Outcome
  ) throws {
    let reader = try CSVReader(PackedFile.open(file.path))
    let columns = reader.header.enumerated().compactMap { position, header -> CSVColumn? in
      let name = header.lowercased()
      if name == "timestamp" { return CSVColumn(position, name, .timestamp) }
      if MetricsLoader.numbers.contains(name) { return CSVColumn(position, name, .double) }
      return MetricsLoader.texts.contains(name) ? CSVColumn(position, name, .varchar) : nil
    }
    try reader.readParts(columns, threads: warehouse.configuration.threads) { part in
      if let first = part.rejects.first {
        throw IngestError.rejectedRows(
          count: part.rejects.count, allowed: 0,
          first: "\(file.name) \(first.description)")
      }
      for row in 0..<part.batch.count {
        let values = part.batch.row(row)
        let named = Dictionary(
          zip(columns.map(\.name), values), uniquingKeysWith: { first, _ in first })
        if let point = point(named, file) {
          try buffer.append(point.row(buffer.schema))
        } else {
          outcome.skipped += 1
        }
      }
    }
  }

  private func point(_ row: [String: Value], _ file: SourceFile) -> MetricPoint? {
    func text(_ names: String...) -> String? { names.lazy.compactMap { row[$0]?.string }.first }
    guard let time = row["timestamp"]?.int64 else { return nil }
    let name = text("metric_name", "metric") ?? "unknown"
    var point = MetricPoint(name: name, timestamp: time)
    point.account = text("account_id")
    point.region = text("region")
    point.resource =
      text("resource_id", "instance_id", "instanceid", "volume_id")
      ?? MetricNames.resource(in: file.name)
    point.dimensions = dimensions(of: point.resource)
    point.namespace =
      text("namespace") ?? MetricNames.namespace(of: name, resource: point.resource)
    point.unit = text("unit")
    if let seconds = row["period_seconds"]?.double ?? row["period"]?.double {
      point.periodSeconds = Int64(exactly: seconds.rounded())
    }
    var hasValue = false
    for column in MetricsLoader.numbers where column != "period" && column != "period_seconds" {
      guard let number = row[column]?.double else { continue }
      hasValue = true
      point.set(column == "value" ? text("statistic", "stat") ?? "Average" : column, number)
    }
    return hasValue ? point : nil
  }
}
