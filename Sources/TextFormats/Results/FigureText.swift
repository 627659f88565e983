/// Figures as people read them, in messages and on pages.
package enum FigureText {
  /// `-1,234.50`: two decimals, rounded half away from zero, never `-0.00`; a dash for what is no number.
  ///
  /// Amounts beyond ±10^15, where cents are no longer exact, are held there.
  package static func money(_ value: Double, isGrouped: Bool = true) -> String {
    guard value.isFinite else { return "–" }
    let cents = Int64((min(max(value, -1e15), 1e15) * 100).rounded())
    let (whole, fraction) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    let digits = isGrouped ? grouped(whole) : String(whole)
    return "\(cents < 0 ? "-" : "")\(digits).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  /// `1,234,567`.
  package static func count(_ number: Int) -> String {
    (number < 0 ? "-" : "") + grouped(UInt64(number.magnitude))
  }

  /// Digits with a comma before every three.
  private static func grouped(_ number: UInt64) -> String {
    let digits = String(number)
    var result = ""
    for (position, digit) in digits.enumerated() {
      if position > 0 && (digits.utf8.count - position) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
