package import Columns

/// `=` over single values, three-valued: nil stands for NULL.
package enum SQLEquality {
  /// Whether two values of one type are equal; NULL when a NULL inside leaves it open.
  package static func equal(_ a: Value, _ b: Value) -> Bool? {
    switch (a, b) {
    case (.null, _), (_, .null): nil
    case (.double(let x), .double(let y)): x == y
    case (.array(let x), .array(let y)), (.row(let x), .row(let y)): equal(x, y)
    case (.map(let x), .map(let y)): equal(x, y)
    default: a == b
    }
  }

  private static func equal(_ a: [Value], _ b: [Value]) -> Bool? {
    guard a.count == b.count else { return false }
    var isOpen = false
    for position in a.indices {
      switch equal(a[position], b[position]) {
      case .some(false): return false
      case .none: isOpen = true
      case .some(true): break
      }
    }
    return isOpen ? nil : true
  }

  private static func equal(_ a: [MapEntry], _ b: [MapEntry]) -> Bool? {
    guard a.count == b.count else { return false }
    let other = Dictionary(b.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    var isOpen = false
    for entry in a {
      guard let value = other[entry.key] else { return false }
      switch equal(entry.value, value) {
      case .some(false): return false
      case .none: isOpen = true
      case .some(true): break
      }
    }
    return isOpen ? nil : true
  }
}
