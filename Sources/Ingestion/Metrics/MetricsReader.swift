import Columns
import Compression
import Files
import TextFormats

/// Reads the points of one file of CloudWatch metrics.
struct MetricsReader {
  let file: SourceFile
  let threads: Int
  /// How points become rows.
  let layout: PointLayout
  /// Whose the points are that do not tell, as the names of the folders and of the file say.
  private let owner: ListingOwner

  init(file: SourceFile, threads: Int, layout: PointLayout) {
    (self.file, self.threads, self.layout) = (file, threads, layout)
    owner = ListingOwner.of(path: file.path)
  }

  /// Points of a file of CSV that are handed on at a time.
  private static let step = 4096

  /// Hands on every point.
  ///
  /// - Throws: `FormatError` for what are no metrics; what `body` throws.
  func forEach(_ remarks: inout MetricsRemarks, _ body: (PointBlock) throws -> Void) throws {
    switch file.format {
    case .json: try readJSON(&remarks, body)
    case .csv: try readCSV(&remarks, body)
    case .parquet, .text: throw FormatError(file.path, "metrics are read from JSON and CSV only")
    }
  }

  private func readCSV(
    _ remarks: inout MetricsRemarks, _ body: (PointBlock) throws -> Void
  ) throws {
    var builder = PointBlockBuilder(layout)
    func add(_ point: MetricPoint) throws {
      builder.append(owned(point))
      if builder.block.count == MetricsReader.step { try body(builder.take()) }
    }
    if ConsoleMetrics.isConsole(file.header) {
      try ConsoleMetrics(file: file).forEach(&remarks, add)
    } else {
      try MetricsTable(file: file, threads: threads).forEach(&remarks, add)
    }
    try body(builder.take())
  }

  private func readJSON(
    _ remarks: inout MetricsRemarks, _ body: (PointBlock) throws -> Void
  ) throws {
    var count = 0
    do {
      return try readStream { block in
        count += block.count
        try body(block)
      }
    } catch is StreamLines.OtherShape {
    } catch is LineBlocks.LongLine {
    }
    // Read from its beginning, so that messages have their lines, but for the points handed on already.
    let documents = JSONLines(try PackedFile.open(file.path))
    try documents.forEach(threads: threads, map: points) { block, found in
      remarks.add(found)
      let known = min(count, block.count)
      count -= known
      try body(known == 0 ? block : block.dropFirst(known))
    }
  }

  /// Hands on the points of a metric stream's lines.
  ///
  /// - Throws: ``StreamLines/OtherShape`` and ``LineBlocks/LongLine`` where the file is to be read otherwise.
  private func readStream(_ body: (PointBlock) throws -> Void) throws {
    let lines = StreamLines(layout) { owned(try streamed($0, 0)) }
    try LineBlocks(PackedFile.open(file.path))
      .forEach(threads: threads, map: { try lines.points($0) }, body: body)
  }

  private func points(_ document: JSONValue, _ line: Int) throws -> (PointBlock, MetricsRemarks) {
    var builder = PointBlockBuilder(layout)
    var remarks = MetricsRemarks()
    try read(document, ListingOwner(), line, &remarks) { builder.append(owned($0)) }
    return (builder.block, remarks)
  }

  /// The point with its account and region, where only the file's path tells them.
  ///
  /// Not where nothing tells its resource: answers about several of them would be one point.
  private func owned(_ point: MetricPoint) -> MetricPoint {
    if point.resource == nil && point.dimensions.isEmpty { return point }
    var point = point
    point.account = point.account ?? owner.account
    point.region = point.region ?? owner.region
    return point
  }

  /// An answer, or several in a list or by account.
  private func read(
    _ json: JSONValue, _ owner: ListingOwner, _ line: Int, _ remarks: inout MetricsRemarks,
    _ body: (MetricPoint) throws -> Void
  ) throws {
    if let list = json.array {
      for element in list { try read(element, owner, line, &remarks, body) }
      return
    }
    guard let object = json.object else {
      throw failure(line, "expected an object, found \(json.kind)")
    }
    if object["metric_stream_name"] != nil { return try body(streamed(json, line)) }
    let inside = ListingReader.owner(of: json, within: owner)
    if object["MetricDataResults"] != nil { remarks.hasMore = ListingReader.hasMore(json) }
    if let results = object["MetricDataResults"] {
      let queries = try placed(line) { () throws(Misplaced) in
        try MetricQueries(json["MetricDataQueries"])
      }
      for result in try list(results, "MetricDataResults", line) {
        try metricData(result, queries, inside, line, &remarks, body)
      }
    } else if let datapoints = object["Datapoints"] {
      try statistics(json, try list(datapoints, "Datapoints", line), inside, line, body)
    } else if let error = ListingReader.failure(object) {
      throw failure(line, error)
    } else if let keyed = ListingReader.keyed(object, owner) {
      for (owner, value) in keyed { try read(value, owner, line, &remarks, body) }
    } else {
      throw failure(line, "expected 'metric_stream_name', 'MetricDataResults' or 'Datapoints'")
    }
  }

  // MARK: Metric streams

  /// A line of a metric stream, format JSON 1.0: statistics of one minute.
  private func streamed(_ json: JSONValue, _ line: Int) throws -> MetricPoint {
    guard let name = try text(json, "metric_name", line), !name.isEmpty else {
      throw failure(line, "a line of a metric stream has no 'metric_name'")
    }
    guard let value = json["value"]?.object else {
      throw failure(line, "expected 'value' to be an object, found \(found(json["value"]))")
    }
    let scaled = json["timestamp"]?.int64?.multipliedReportingOverflow(by: 1000)
    guard let scaled, !scaled.overflow else {
      throw failure(
        line, "expected 'timestamp' in milliseconds since 1970, found \(found(json["timestamp"]))")
    }
    guard scaled.partialValue >= MetricPoint.earliest else {
      throw failure(
        line,
        "expected 'timestamp' in milliseconds since 1970, found \(scaled.partialValue / 1000), "
          + "which is before there were any metrics: is it in seconds?")
    }
    var point = MetricPoint(name: name, timestamp: scaled.partialValue)
    point.account = try text(json, "account_id", line)
    point.region = try text(json, "region", line)
    point.namespace = try text(json, "namespace", line)
    point.unit = try text(json, "unit", line)
    point.periodSeconds = 60
    if let dimensions = json["dimensions"], !dimensions.isNull {
      point.dimensions = try texts(dimensions, "dimensions", line)
    }
    point.resource = MetricNames.resource(of: point.dimensions)
    for member in value.members {
      point.set(member.key, try number(member.value, "value.\(member.key)", line))
    }
    guard point.hasValue else { throw failure(line, "expected statistics in 'value', found none") }
    if let sum = point.sum, let count = point.count, count > 0 { point.average = sum / count }
    return point
  }

  // MARK: Answers

  /// One result of GetMetricData; the label and the id tell what it is about as far as they do, the
  /// request, where a script kept it beside the answer, tells all.
  private func metricData(
    _ json: JSONValue, _ queries: MetricQueries, _ owner: ListingOwner, _ line: Int,
    _ remarks: inout MetricsRemarks, _ body: (MetricPoint) throws -> Void
  ) throws {
    guard json.object != nil else {
      throw failure(line, "expected a result to be an object, found \(json.kind)")
    }
    let id = try text(json, "Id", line) ?? ""
    let label = try text(json, "Label", line) ?? id
    if let status = try text(json, "StatusCode", line), status != "Complete" {
      remarks.incomplete.append((label.isEmpty ? id : label, status))
    }
    let times = try list(json["Timestamps"] ?? .null, "Timestamps", line)
    let values = try list(json["Values"] ?? .null, "Values", line)
    guard times.count == values.count else {
      throw failure(
        line, "result '\(label)' has \(times.count) 'Timestamps' and \(values.count) 'Values'")
    }
    guard queries.isEmpty || queries.contains(id) else {
      throw failure(
        line,
        "result '\(id.prefix(40))' answers none of the 'MetricDataQueries' beside it: "
          + "are these one request and its answer?")
    }
    let query = queries[id]
    let metric = MetricNames.metric(in: label)
    let statistic =
      query?.statistic ?? metric.statistic ?? MetricNames.statistic(inID: id) ?? "Average"
    guard MetricPoint.isStatistic(statistic) else {
      throw failure(line, "expected a statistic in 'Stat', found '\(statistic.prefix(40))'")
    }
    var template = MetricPoint(name: query?.name ?? metric.name, timestamp: 0)
    describe(&template, query: query, owner: owner) {
      MetricNames.resource(in: label) ?? MetricNames.resource(in: id)
        ?? MetricNames.resource(in: file.name)
    }
    for (time, value) in zip(times, values) {
      var point = template
      point.timestamp = try moment(time, "Timestamps", line)
      point.set(statistic, try number(value, "Values", line))
      try body(point)
    }
  }

  /// The answer of GetMetricStatistics; its label is the metric, the file's name may tell the resource.
  private func statistics(
    _ json: JSONValue, _ datapoints: [JSONValue], _ owner: ListingOwner, _ line: Int,
    _ body: (MetricPoint) throws -> Void
  ) throws {
    let query = try placed(line) { () throws(Misplaced) in
      try MetricQueries.Query(json)
    }
    guard let name = try query?.name ?? text(json, "Label", line) else {
      throw failure(line, "expected a 'Label' that names the metric, found none")
    }
    var template = MetricPoint(name: name, timestamp: 0)
    describe(&template, query: query, owner: owner) { MetricNames.resource(in: file.name) }
    for data in datapoints {
      var point = template
      point.timestamp = try moment(data["Timestamp"], "Timestamp", line)
      point.unit = try text(data, "Unit", line)
      for statistic in ["SampleCount", "Sum", "Average", "Minimum", "Maximum"] {
        guard let value = data[statistic], !value.isNull else { continue }
        point.set(statistic, try number(value, statistic, line))
      }
      if let extended = data["ExtendedStatistics"], !extended.isNull {
        guard let members = extended.object?.members else {
          throw failure(
            line, "expected 'ExtendedStatistics' to be an object, found \(extended.kind)")
        }
        for member in members {
          point.percentiles.append((member.key, try number(member.value, member.key, line)))
        }
      }
      guard point.hasValue else {
        throw failure(line, "a point of 'Datapoints' has no statistic: is this the whole answer?")
      }
      try body(point)
    }
  }

  /// Sets what a point is about: as the request says, else as names tell.
  private func describe(
    _ point: inout MetricPoint, query: MetricQueries.Query?, owner: ListingOwner,
    named: () -> String?
  ) {
    point.account = query?.account ?? owner.account
    point.region = owner.region
    point.periodSeconds = query?.period
    if let query, !query.dimensions.isEmpty {
      point.dimensions = query.dimensions
      point.resource = MetricNames.resource(of: query.dimensions)
    } else {
      point.resource = named()
      point.dimensions = MetricNames.dimensions(of: point.resource)
    }
    point.namespace =
      query?.namespace ?? MetricNames.namespace(of: point.name, resource: point.resource)
  }

  // MARK: Values

  private func list(_ json: JSONValue, _ name: String, _ line: Int) throws -> [JSONValue] {
    guard let list = json.array else {
      throw failure(line, "expected '\(name)' to be a list, found \(json.kind)")
    }
    return list
  }

  private func text(_ json: JSONValue, _ name: String, _ line: Int) throws -> String? {
    guard let value = json[name], !value.isNull else { return nil }
    guard let text = value.string else {
      throw failure(line, "expected '\(name)' to be text, found \(found(value))")
    }
    return text
  }

  private func texts(
    _ json: JSONValue, _ name: String, _ line: Int
  ) throws -> [(key: String, value: String)] {
    guard let members = json.object?.members else {
      throw failure(line, "expected '\(name)' to be an object, found \(json.kind)")
    }
    return try members.map { member in
      guard let text = member.value.string else {
        throw failure(
          line, "expected '\(name).\(member.key)' to be text, found \(found(member.value))")
      }
      return (member.key, text)
    }
  }

  private func moment(_ json: JSONValue?, _ name: String, _ line: Int) throws -> Int64 {
    guard let moment = JSONConversion.timestamp(json) else {
      throw failure(line, "expected '\(name)' to be a time, found \(found(json))")
    }
    return moment
  }

  private func number(_ json: JSONValue, _ name: String, _ line: Int) throws -> Double {
    guard let number = json.double else {
      throw failure(line, "expected '\(name)' to be a number, found \(found(json))")
    }
    return number
  }

  private func found(_ json: JSONValue?) -> String {
    guard let json else { return "nothing" }
    return json.kind + (json.string.map { " '\($0.prefix(40))'" } ?? "")
  }

  private func placed<T>(_ line: Int, _ body: () throws(Misplaced) -> T) throws -> T {
    do {
      return try body()
    } catch {
      throw failure(line, error.sentence)
    }
  }

  private func failure(_ line: Int, _ sentence: String) -> FormatError {
    FormatError(file.path, at: "line \(line)", sentence)
  }
}
