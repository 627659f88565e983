import Columns
import Files
import Parquet

/// Looks for what is wrong with a data file of a table.
enum FileCheck {
  static func problems(_ file: AddFile, _ snapshot: Snapshot, isDeep: Bool) -> [String] {
    do {
      let relative = try PartitionPath.file(
        fromURI: file.path, entry: snapshot.table, table: snapshot.table)
      let path = Path.join(snapshot.table, relative)
      let (size, _) = try Directory.attributes(path)
      if size != file.size {
        return [
          "expected \(file.size) bytes, found \(size); restore the file from a copy or load its rows again"
        ]
      }
      let parquet = try ParquetFile(path)
      var problems = partitionProblems(file, snapshot)
      problems += rowCountProblems(file, parquet)
      problems += vectorProblems(file, snapshot, parquet)
      problems += try ColumnCheck(file, snapshot, parquet).problems(isDeep: isDeep)
      return problems
    } catch let error as FileError where error.isMissing {
      return ["the file is missing; restore it from a copy or load its rows again"]
    } catch {
      return ["\(error)"]
    }
  }

  private static func partitionProblems(_ file: AddFile, _ snapshot: Snapshot) -> [String] {
    var problems: [String] = []
    for position in snapshot.partitionPositions {
      let name = snapshot.loggedSchema[position].name
      if file.partitionValues[name] == nil {
        problems.append(
          "the log has no value of partition column '\(snapshot.schema[position].name)'")
        continue
      }
      do {
        _ = try snapshot.partitionValue(of: file, at: position)
      } catch {
        problems.append("\(error.place ?? ""): \(error.message)")
      }
    }
    return problems
  }

  private static func rowCountProblems(_ file: AddFile, _ parquet: ParquetFile) -> [String] {
    guard let rows = FileStatistics.storedRowCount(in: file), rows != parquet.rowCount else {
      return []
    }
    return ["the log says \(rows) rows, the file has \(parquet.rowCount)"]
  }

  private static func vectorProblems(
    _ file: AddFile, _ snapshot: Snapshot, _ parquet: ParquetFile
  ) -> [String] {
    guard let vector = file.deletionVector else { return [] }
    do {
      let deleted = try vector.deletedRows(inTable: snapshot.table)
      guard let last = deleted.last, last >= parquet.rowCount else { return [] }
      return ["its deletion vector names row \(last), but the file has \(parquet.rowCount) rows"]
    } catch let error as FileError where error.isMissing {
      return ["its deletion vector's file is missing; without it rows come back that were deleted"]
    } catch {
      return ["\(error)"]
    }
  }
}
