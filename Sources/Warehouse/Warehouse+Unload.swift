import Columns
import Files
import Parquet
import Planning
import SQL
import TextFormats

extension Warehouse {
  /// Writes a query's result to a folder, which must be empty or missing: one file, or one per
  /// partition.
  ///
  /// Returns what was done, in a sentence.
  func unload(
    _ query: Query, to folder: String, _ properties: [Property], _ context: StatementContext
  ) throws -> String {
    let planner = planner(context)
    let properties = try TableProperties(properties, planner)
    guard !folder.contains("://") else {
      throw SQLError("UNLOAD writes to a folder on this machine, found '\(folder)'", at: nil)
    }
    if Directory.kind(folder) == .directory, try !Directory.names(folder).isEmpty {
      throw SQLError("the folder '\(folder)' is not empty", at: nil)
    }
    let format = try UnloadFormat(properties)
    let plan = try planner.rewrite(planner.bind(query))
    let writer = try UnloadWriter(
      folder: folder, schema: plan.schema, partitionedBy: properties.partitionedBy
    ) { folder, schema in
      try Directory.create(folder)
      return try format.open(Path.join(folder, "part-00000.\(format.suffix)"), schema)
    }
    _ = try execute(plan, writer.write)
    try writer.finish()
    return "\(SmallResult.rows(writer.rowCount)) written to '\(folder)'"
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

  /// A file of this format, ready for rows.
  func open(_ path: String, _ schema: Schema) throws -> UnloadWriter.OpenFile {
    let output = try OutputFile(path)
    switch self {
    case .parquet(let options):
      let writer = try ParquetWriter(
        output: output, schema: SchemaWidening.exported(schema), options: options)
      return UnloadWriter.OpenFile(
        write: { try writer.write(SchemaWidening.exported($0)) },
        finish: { _ = try writer.finish() })
    case .text(let format):
      let writer = format.writer(schema) { try output.write($0) }
      return UnloadWriter.OpenFile(
        write: writer.write,
        finish: {
          try writer.finish()
          try output.finish()
        })
    }
  }
}
