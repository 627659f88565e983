import Foundation
import TextFormats

/// What the commitments of a bill come to, as one check.
enum CommitmentCheck {
  /// - Returns: nil without commitments.
  static func summary(
    _ commitments: [BillProof.Commitment], tolerance: Double
  ) -> BillProof.Check? {
    guard let worst = commitments.max(by: { $0.verdict < $1.verdict }) else { return nil }
    let of = { (verdict: BillProof.Verdict) in commitments.count { $0.verdict == verdict } }
    let count = commitments.count
    let message =
      switch worst.verdict {
      case .holds:
        "each of \(Figure.count(count)) comes to its fees within \(Figure.exact(tolerance))"
      case .noted: "\(of(.holds)) of \(count) come to their fees; \(worst.message)"
      case .notProvable, .fails:
        "\(of(worst.verdict)) of \(count) \(worst.verdict == .fails ? "do not hold" : "cannot be proved"), "
          + "the first \(worst.id.isEmpty ? "without an ARN" : worst.id): \(worst.message)"
      }
    return BillProof.Check(
      name: "each commitment: used + unused = fees", verdict: worst.verdict, message: message)
  }
}

/// Figures in the sentences of evaluators.
enum Figure {
  static func money(_ value: Double) -> String { FigureText.money(value) }
  static func count(_ value: Int) -> String { FigureText.count(value) }

  /// As many digits as the difference of two sums has a meaning in: `0.0000017`, `-12.5`.
  static func exact(_ value: Double) -> String {
    if abs(value) < 1e-10 { return "0" }
    let places = abs(value) >= 1 ? 4 : min(12, Int((-log10(abs(value))).rounded(.up)) + 2)
    var text = String(format: "%.\(places)f", value)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
