import Columns
import Synchronization

/// Columns of batches that the statements of a session have read more than once, decoded.
///
/// A column is kept when it is read for the second time, so a process that runs one statement pays
/// nothing. What no statement has used lately gives way when room was short; a scan that is larger than the
/// cache thus finds the same part of its columns every time, instead of pushing each out before it is
/// needed.
///
/// Data files never change once they are written, so what was read and checked stays so.
package final class ColumnCache: Sendable {
  /// A column of some rows of a file.
  fileprivate struct Address: Hashable {
    /// The number of the opened file.
    let file: Int
    let rowGroup: Int
    let column: Int
    /// Counted within the row group.
    let rows: Range<Int>
  }

  enum Lookup {
    case unknown
    /// It was read before, but is not kept.
    case seen
    case kept(KeptColumn)
  }

  fileprivate enum Entry {
    case seen
    case kept(KeptColumn, lastUse: Int)

    /// What the entry takes, about.
    var byteCount: Int {
      switch self {
      case .seen: 128
      case .kept(let column, _): 128 + column.byteCount
      }
    }
  }

  fileprivate struct State {
    var entries: [Address: Entry] = [:]
    var bytes = 0
    /// Statements so far.
    var statements = 0
    var wasShort = false
  }

  private let limit: Int
  private let files = Atomic<Int>(0)
  private let state = Mutex(State())

  /// - Parameter limit: bytes that are kept at most.
  package init(limit: Int) {
    self.limit = limit
  }

  /// Bytes that are kept at the moment, what is known of columns that are not kept among them.
  package var byteCount: Int { state.withLock(\.bytes) }

  /// Makes room for what the next statement reads, where there was none for the last one.
  package func beginStatement() {
    state.withLock { state in
      state.statements += 1
      guard state.wasShort else { return }
      state.wasShort = false
      let last = state.statements - 1
      state.entries = state.entries.filter { _, entry in
        if case .kept(_, let use) = entry { use >= last } else { false }
      }
      state.bytes = state.entries.values.reduce(0) { $0 + $1.byteCount }
    }
  }

  /// The columns of a file that is opened now; those of another opening of the same file are others.
  func columnsOfFile() -> FileColumnCache {
    FileColumnCache(cache: self, file: files.add(1, ordering: .relaxed).newValue)
  }

  fileprivate func lookup(_ address: Address) -> Lookup {
    state.withLock { state in
      switch state.entries[address] {
      case nil:
        state.add(.seen, at: address, limit)
        return .unknown
      case .seen: return .seen
      case .kept(let column, _):
        state.entries[address] = .kept(column, lastUse: state.statements)
        return .kept(column)
      }
    }
  }

  fileprivate func keep(_ column: KeptColumn, at address: Address) {
    state.withLock { $0.add(.kept(column, lastUse: $0.statements), at: address, limit) }
  }
}

extension ColumnCache.State {
  fileprivate mutating func add(
    _ entry: ColumnCache.Entry, at address: ColumnCache.Address, _ limit: Int
  ) {
    let added = entry.byteCount - (entries[address]?.byteCount ?? 0)
    guard bytes + added <= limit else {
      wasShort = true
      return
    }
    bytes += added
    entries[address] = entry
  }
}

/// The part of a cache that belongs to one opened file.
struct FileColumnCache: Sendable {
  fileprivate let cache: ColumnCache
  fileprivate let file: Int

  /// What is kept of a column; from now on it counts as read.
  func lookup(rowGroup: Int, column: Int, rows: Range<Int>) -> ColumnCache.Lookup {
    cache.lookup(ColumnCache.Address(file: file, rowGroup: rowGroup, column: column, rows: rows))
  }

  /// Keeps a column that was read before, where there is room.
  func keep(_ kept: KeptColumn, rowGroup: Int, column: Int, rows: Range<Int>) {
    cache.keep(
      kept, at: ColumnCache.Address(file: file, rowGroup: rowGroup, column: column, rows: rows))
  }
}

struct KeptColumn: Sendable {
  let column: Column
  /// Bytes that its texts can at most stand for.
  let largestText: Int
  let byteCount: Int

  /// - Parameter share: how much of its dictionary counts for the column, which other batches share.
  init(_ column: Column, largestText: Int, dictionaryShare share: Double) {
    self.column = column
    self.largestText = largestText
    var bytes = column.byteCount
    if case .dictionary(_, let dictionary) = column.form {
      bytes += Int(share * Double(dictionary.values.byteCount))
    }
    byteCount = bytes
  }
}
