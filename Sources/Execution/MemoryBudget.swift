import Columns
import Synchronization

/// The bytes that the operators of a statement may hold together.
final class MemoryBudget: Sendable {
  private let limit: Int?
  private let used = Atomic<Int>(0)

  init(limit: Int?) {
    self.limit = limit
  }

  /// Accounts for bytes that an operator holds from now on.
  ///
  /// - Throws: ``ExecutionError`` when they do not fit.
  func take(_ bytes: Int, for purpose: String) throws {
    let total = used.add(bytes, ordering: .relaxed).newValue
    if let limit, total > limit {
      throw ExecutionError(
        "\(purpose) needs more memory than --memory allows (\(limit / 1_048_576) MiB); "
          + "raise --memory, or filter and group to fewer rows")
    }
  }

  func give(_ bytes: Int) {
    used.subtract(bytes, ordering: .relaxed)
  }
}

extension Batch {
  /// Bytes that the batch takes, dictionaries not counted.
  var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }
}

extension Column {
  var byteCount: Int {
    switch form {
    case .constant: 64
    case .dictionary(let codes, _): codes.count * 4
    case .flat(let values, let validity): values.byteCount + (validity.mask?.count ?? 0)
    }
  }
}

extension Values {
  var byteCount: Int {
    switch self {
    case .boolean(let values): values.count
    case .int64(let values): values.count * 8
    case .double(let values): values.count * 8
    case .decimal(let values): values.count * 16
    case .text(let values): values.bytes.count + values.offsets.count * 4
    case .array(let list): list.offsets.count * 4 + list.elements.byteCount
    case .map(let map): map.offsets.count * 4 + map.keys.byteCount + map.values.byteCount
    case .row(let fields, _): fields.reduce(0) { $0 + $1.byteCount }
    }
  }
}
