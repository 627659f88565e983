import Columns
import Files
import Parquet

/// Looks for what is wrong with a table.
package enum TableCheck {
  package struct Finding: Sendable, Hashable {
    /// Relative to the table, nil for the table as a whole.
    package let file: String?
    package let message: String
  }

  /// Reads the log and the footer of each file; an error is a finding, not a failure.
  package static func run(_ table: DeltaTable) -> [Finding] {
    let snapshot: Snapshot
    do {
      snapshot = try table.snapshot()
    } catch {
      return [Finding(file: nil, message: "\(error)")]
    }
    var findings = log(table)
    for file in snapshot.files {
      if let message = problem(file, snapshot) {
        findings.append(Finding(file: PartitionPath.unescaped(file.path), message: message))
      }
    }
    return findings
  }

  /// Log entries that cannot be read, and versions that are missing.
  private static func log(_ table: DeltaTable) -> [Finding] {
    var findings: [Finding] = []
    do {
      let log = try LogDirectory(table: table.path)
      for (version, next) in zip(log.commits, log.commits.dropFirst()) where next != version + 1 {
        findings.append(
          Finding(file: nil, message: "the log lacks the versions between \(version) and \(next)"))
      }
      for version in log.commits { _ = try table.actions(ofVersion: version) }
    } catch {
      findings.append(Finding(file: nil, message: "\(error)"))
    }
    return findings
  }

  private static func problem(_ file: AddFile, _ snapshot: Snapshot) -> String? {
    do {
      let relative = try PartitionPath.file(fromURI: file.path, entry: snapshot.table)
      let path = Path.join(snapshot.table, relative)
      let (size, _) = try Directory.attributes(path)
      if size != file.size { return "expected \(file.size) bytes, found \(size)" }
      for name in snapshot.metadata.partitionColumns {
        guard let field = snapshot.schema.field(named: name) else { continue }
        _ = try PartitionValue.value(
          of: file.partitionValues[name] ?? nil, as: field.type, column: name, file: path)
      }
      let parquet = try ParquetFile(path)
      if let rows = FileStatistics.rowCount(in: file), rows != parquet.rowCount {
        return "the log says \(rows) rows, the file has \(parquet.rowCount)"
      }
      return nil
    } catch let error as FileError where error.isMissing {
      return "the file is missing"
    } catch {
      return "\(error)"
    }
  }
}
