import Columns
import Synchronization

/// The bytes that the operators of a statement may hold together.
final class MemoryBudget: Sendable {
  private let limit: Int?
  private let taken = Atomic<Int>(0)

  init(limit: Int?) {
    self.limit = limit
  }

  /// Bytes that are held at the moment.
  var used: Int { taken.load(ordering: .relaxed) }

  /// Bytes that a step which works in parts should hold of its own: a quarter of all, never so little
  /// that its parts would be too many.
  var share: Int { max(1 << 12, (limit ?? 2 << 30) / 4) }

  /// Bytes so few that they need not be accounted for one by one.
  var step: Int { min(1 << 20, share / 16) }

  /// Rows of a batch such that one from each of some runs, merged together, fits into the share.
  func blockRows(of batch: Batch, runs: Int) -> Int {
    let rowBytes = max(1, batch.flatByteCount / max(1, batch.count))
    return max(16, min(8192, share / (2 * runs) / rowBytes))
  }

  /// Accounts for bytes that an operator holds from now on.
  ///
  /// - Throws: ``ExecutionError`` when they do not fit; they are not accounted for then.
  func take(_ bytes: Int, for purpose: String) throws {
    guard canTake(bytes) else { throw exceeded(by: purpose) }
  }

  /// As ``take(_:for:)``, false when the bytes do not fit.
  func canTake(_ bytes: Int) -> Bool {
    let total = taken.add(bytes, ordering: .relaxed).newValue
    guard let limit, total > limit, bytes > 0 else { return true }
    taken.subtract(bytes, ordering: .relaxed)
    return false
  }

  /// Accounts for bytes that are there already, whether they fit or not.
  func note(_ bytes: Int) {
    taken.add(bytes, ordering: .relaxed)
  }

  func give(_ bytes: Int) {
    taken.subtract(bytes, ordering: .relaxed)
  }

  /// Forgets what was taken since `used` was read: the operators that took it have given up.
  func reset(to used: Int) {
    taken.store(used, ordering: .relaxed)
  }

  func exceeded(by purpose: String) -> ExecutionError {
    ExecutionError(
      "\(purpose) needs more memory than --memory allows (\((limit ?? 0) / 1_048_576) MiB); "
        + "raise --memory, or filter and group to fewer rows", isOutOfMemory: true)
  }
}

extension Batch {
  /// Bytes that the batch takes, dictionaries not counted.
  var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

  /// Bytes that the batch takes with one stored value a row and column.
  var flatByteCount: Int { columns.reduce(0) { $0 + $1.flatByteCount } }
}

extension Column {
  /// Bytes that the column takes with one stored value a row, about.
  var flatByteCount: Int {
    switch form {
    case .flat: byteCount
    case .constant: count * 8
    case .dictionary(let codes, let dictionary):
      codes.count * max(8, dictionary.values.byteCount / max(1, dictionary.count))
    }
  }
}
