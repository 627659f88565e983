import Columns
import Compression
import Files
import Reports
import TextFormats
import Warehouse

/// One scrape of an exporter: a file of the text that it tells its metrics in.
struct Scrape {
  let text: MetricText
  private let name: ScrapeName
  /// When it was made, for samples that do not say it themselves, microseconds since 1970.
  let moment: Int64

  /// - Parameters:
  ///   - asOf: when the user says that it was made, nil if not.
  /// - Throws: `FormatError` for what is no such text.
  init(_ path: String, asOf: Int64?) throws {
    text = try MetricText(PackedFile.open(path).readAll(limit: Scrape.limit), file: path)
    name = ScrapeName(path)
    moment = try Scrape.moment(text, name, path, asOf: asOf)
  }

  private static let limit = 256 << 20

  /// The time of a scrape: what its name says, the user says, the host's clock says, or when the file
  /// was written; where the path names a day, one of that day.
  private static func moment(
    _ text: MetricText, _ name: ScrapeName, _ path: String, asOf: Int64?
  ) throws -> Int64 {
    if let moment = name.moment { return moment }
    let clocks: Set<String> = [
      "node_time_seconds", "node_time", "windows_os_time", "windows_time_current_timestamp_seconds",
    ]
    let clock = text.samples.first { clocks.contains($0.name) }
      .flatMap { CivilTimeText.timestamp(epoch: $0.value.rounded()) }
    let written = try Directory.attributes(path).modified
    guard let day = ReportFileName.day(in: path) else { return asOf ?? clock ?? written }
    let possible = [asOf, clock, written].compactMap { $0 }
    return possible.first { Int($0.floorDivided(by: Microseconds.day)) == day }
      ?? Int64(day) * Microseconds.day
  }

  /// The latest time among the samples.
  var latest: Int64 { text.samples.map { $0.timestamp ?? moment }.max() ?? moment }

  /// A sample as a row of the table `prometheus_samples`.
  func row(_ sample: MetricSample, _ schema: Schema) -> [Value] {
    let time = sample.timestamp ?? moment
    return schema.fields.map { field in
      switch field.name {
      case "host": .text(sample["instance"].map(ScrapeName.host(ofInstance:)) ?? name.host)
      case "name": .text(sample.name)
      case "labels":
        .map(
          sample.labels.map { MapEntry(key: .text($0.name), value: .text($0.value)) }
            .sorted { $0.key.isSurelyLess(than: $1.key) })
      case "value": .double(sample.value)
      case "timestamp": .int64(time)
      case "type": sample.type.map { .text($0) } ?? .null
      case "unit": sample.unit.map { .text($0) } ?? .null
      case "snapshot_date": .int64(time.floorDivided(by: Microseconds.day))
      default: .null
      }
    }
  }
}

extension PointLoader {
  /// Loads the scrapes of a delivery into the table of samples.
  static func scrapes(
    _ warehouse: Warehouse, _ delivery: Delivery, _ table: ReportTable, asOf: Int64?
  ) throws -> PointLoader.Outcome {
    let loader = PointLoader(
      warehouse: warehouse, delivery: delivery, table: table,
      identity: PointIdentity(
        table.schema, identifying: ["host", "name", "labels", "timestamp"], telling: ["host"],
        day: "snapshot_date"), time: "timestamp", day: "snapshot_date", names: ["host"])
    let schema = table.schema
    return try loader.load { body in
      for file in delivery.files {
        let scrape = try Scrape(file.path, asOf: asOf)
        for sample in scrape.text.samples { try body(.row(scrape.row(sample, schema))) }
      }
    }
  }
}
