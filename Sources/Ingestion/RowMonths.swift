import Columns

/// The month of each row, as codes into a few names.
struct RowMonths {
  /// One code a row; -1 where the row has no date.
  private(set) var codes: [Int16]
  /// `YYYY-MM`, in the order in which they first appear.
  private(set) var names: [String] = []

  /// The months of TIMESTAMP values.
  init(_ column: Column) {
    codes = []
    codes.reserveCapacity(column.count)
    guard case .flat(.int64(let times), let validity) = column.flattened().form else {
      codes = [Int16](repeating: -1, count: column.count)
      return
    }
    var numbers: [Int: Int16] = [:]
    var lastDay = Int64.min
    var lastCode: Int16 = -1
    for row in times.indices {
      guard validity.isPresent(row) else {
        codes.append(-1)
        continue
      }
      let day = times[row].floorDivided(by: Microseconds.day)
      if day != lastDay {
        lastDay = day
        lastCode = code(ofDay: Int(day), &numbers)
      }
      codes.append(lastCode)
    }
  }

  private init(codes: [Int16], names: [String]) {
    self.codes = codes
    self.names = names
  }

  func selected(_ rows: Selection) -> RowMonths {
    let kept = rows.rows.map { codes[Int($0)] }
    let used = Set(kept)
    var renumbered = [Int16](repeating: -1, count: names.count)
    var left: [String] = []
    for (code, name) in names.enumerated() where used.contains(Int16(code)) {
      renumbered[code] = Int16(left.count)
      left.append(name)
    }
    return RowMonths(codes: kept.map { $0 < 0 ? $0 : renumbered[Int($0)] }, names: left)
  }

  /// A VARCHAR column of the months or of a part of them.
  ///
  /// - Precondition: every row has a month.
  func column(_ part: BillColumns.PeriodPart) -> Column {
    let texts = names.map { name -> String in
      switch part {
      case .billingPeriod: name
      case .year: String(name.prefix(4))
      case .month: String(name.suffix(2).drop { $0 == "0" })
      }
    }
    if texts.count == 1 {
      return Column(.varchar, constant: .text(texts[0]), count: codes.count)
    }
    let dictionary = ColumnDictionary(Column(.varchar, .text(TextVector(texts))))
    return Column(codes: codes.map { UInt32($0) }, dictionary)
  }

  private mutating func code(ofDay day: Int, _ numbers: inout [Int: Int16]) -> Int16 {
    let date = CivilDate(daysSinceEpoch: day)
    let month = date.year * 12 + date.month
    if let code = numbers[month] { return code }
    // More months than codes cannot be a bill; the rows count as without a month.
    guard names.count < Int(Int16.max) else { return -1 }
    let code = Int16(names.count)
    names.append(BillingPeriod.of(Int64(day) * Microseconds.day))
    numbers[month] = code
    return code
  }
}
