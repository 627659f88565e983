/// How records are divided: into single fields and groups of neighbours, each a unit.
struct CSVLayout {
  /// The field that each unit begins with.
  let firstFields: [Int]
  /// The units of more than one field, rising.
  let groups: [Int]
  let fieldCount: Int

  /// - Parameter groups: the fields of each group, rising and apart.
  init(fieldCount: Int, groups: [Range<Int>] = []) {
    self.fieldCount = fieldCount
    var firstFields: [Int] = []
    var units: [Int] = []
    var field = 0
    while field < fieldCount {
      firstFields.append(field)
      if units.count < groups.count && groups[units.count].lowerBound == field {
        field = groups[units.count].upperBound
        units.append(firstFields.count - 1)
      } else {
        field += 1
      }
    }
    self.firstFields = firstFields
    self.groups = units
  }

  var unitCount: Int { firstFields.count }

  func fieldCount(ofUnit unit: Int) -> Int {
    (unit + 1 < unitCount ? firstFields[unit + 1] : fieldCount) - firstFields[unit]
  }

  /// Where the fields of a column are.
  func place(ofField field: Int) -> Place {
    let unit = (firstFields.firstIndex { $0 > field } ?? unitCount) - 1
    guard let group = groups.firstIndex(of: unit) else { return .unit(unit) }
    return .inGroup(group, field: field - firstFields[unit])
  }

  enum Place {
    case unit(Int)
    /// In the group of this number, the field of this number in it.
    case inGroup(Int, field: Int)

    var isInGroup: Bool {
      switch self {
      case .unit: false
      case .inGroup: true
      }
    }
  }
}
