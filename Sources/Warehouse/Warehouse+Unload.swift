import Columns
import Files
import Parquet
import Planning
import SQL
import TextFormats

extension Warehouse {
  /// Writes a query's result to a file in a folder, which must be empty or missing.
  ///
  /// Returns what was done, in a sentence.
  func unload(
    _ query: Query, to folder: String, _ properties: [Property], _ context: StatementContext
  ) throws -> String {
    let planner = planner(context)
    let properties = try TableProperties(properties, planner)
    guard properties.partitionedBy.isEmpty else {
      throw SQLError(
        "UNLOAD with 'partitioned_by' is not supported; CREATE TABLE AS is partitioned",
        at: properties.partitionedBy[0].range)
    }
    guard !folder.contains("://") else {
      throw SQLError("UNLOAD writes to a folder on this machine, found '\(folder)'", at: nil)
    }
    if Directory.kind(folder) == .directory, try !Directory.names(folder).isEmpty {
      throw SQLError("the folder '\(folder)' is not empty", at: nil)
    }
    let format = try UnloadFormat(properties)
    let plan = try planner.rewrite(planner.bind(query))
    try Directory.create(folder)
    let output = try OutputFile(Path.join(folder, "part-00000.\(format.suffix)"))
    let count = try format.write(plan.schema, output) { body in
      _ = try execute(plan, body)
    }
    return "\(SmallResult.rows(count)) written to '\(output.path)'"
  }
}

/// Formats that UNLOAD writes.
private enum UnloadFormat {
  case parquet(ParquetWriterOptions)
  case text(ResultFormat)

  init(_ properties: TableProperties) throws {
    switch properties.format ?? "parquet" {
    case "parquet":
      var options = ParquetWriterOptions()
      switch properties.compression {
      case nil, "snappy": break
      case "gzip": options.compression = .gzip
      case "none", "uncompressed": options.compression = .uncompressed
      case let other?:
        throw SQLError("UNLOAD compresses with 'SNAPPY' or 'GZIP', found '\(other)'", at: nil)
      }
      self = .parquet(options)
    case "json": self = .text(.jsonl)
    case "textfile", "csv":
      self = .text(properties.delimiter.map { $0 == "\t" } ?? false ? .tsv : .csv)
    case let other:
      throw SQLError(
        "UNLOAD writes 'PARQUET', 'JSON' or 'TEXTFILE', found '\(other.uppercased())'", at: nil)
    }
  }

  var suffix: String {
    switch self {
    case .parquet: "parquet"
    case .text(let format): format.rawValue
    }
  }

  /// Writes what `rows` hands over and returns how many they were.
  func write(
    _ schema: Schema, _ output: OutputFile, rows: ((Batch) throws -> Void) throws -> Void
  ) throws -> Int {
    var count = 0
    switch self {
    case .parquet(let options):
      let writer = try ParquetWriter(
        output: output, schema: SchemaWidening.exported(schema), options: options)
      try rows { batch in
        count += batch.count
        try writer.write(SchemaWidening.exported(batch))
      }
      _ = try writer.finish()
    case .text(let format):
      let writer = format.writer(schema) { try output.write($0) }
      try rows { batch in
        count += batch.count
        try writer.write(batch)
      }
      try writer.finish()
      try output.finish()
    }
    return count
  }
}
