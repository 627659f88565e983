import Files
import Parquet
import Synchronization

/// Parquet files that were opened before: their footers, and the columns that are read again and again; data
/// files never change, so neither do these.
final class ParquetFileCache: Sendable {
  private let columns: ColumnCache
  private let files = Mutex<[String: Entry]>([:])
  private static let limit = 1024

  private struct Entry {
    let size: Int
    let modified: Int64
    let file: ParquetFile
  }

  /// - Parameter memory: what the operators of a statement may hold together; a quarter as much is kept
  ///   of columns.
  init(memory: Int?) {
    columns = ColumnCache(limit: (memory ?? 2 << 30) / 4)
  }

  func beginStatement() { columns.beginStatement() }

  /// - Parameter folder: where the file must be, links followed; nil for anywhere.
  /// - Throws: `FormatError` when it is elsewhere, or no Parquet file; `FileError`.
  func file(_ path: String, inside folder: String? = nil) throws -> ParquetFile {
    let (size, modified) = try Directory.attributes(path)
    let known = files.withLock { $0[path] }
    if let known, known.size == size, known.modified == modified { return known.file }
    if let folder {
      let (path, root) = (try Directory.resolved(path), try Directory.resolved(folder))
      guard path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
        throw FormatError(folder, "data file '\(path)' lies outside of the table")
      }
    }
    let file = try ParquetFile(path, keepingColumnsIn: columns)
    files.withLock { files in
      if files.count >= ParquetFileCache.limit { files.removeAll() }
      files[path] = Entry(size: size, modified: modified, file: file)
    }
    return file
  }
}
