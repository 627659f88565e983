import Columns
import Kernels

/// Functions that compute in DOUBLE but give REAL for REAL, which is rounded once at the end.
enum RealResults {
  private static let names: Set<String> = [
    "abs", "sign", "ceil", "ceiling", "floor", "round", "truncate", "mod", "sum", "avg",
    "geometric_mean", "corr", "covar_samp", "covar_pop", "regr_slope", "regr_intercept",
    "approx_percentile",
  ]

  /// The call's result as REAL where its arguments ask for it.
  static func narrowed(_ call: Expression, _ name: String, _ arguments: [DataType]) -> Expression {
    guard let first = arguments.first, first == .real, names.contains(name) else { return call }
    switch call.type {
    case .double where name == "approx_percentile" || !arguments.contains(.double):
      return .cast(call, .real, isTry: false)
    case .array(.double): return .cast(call, .array(.real), isTry: false)
    default: return call
    }
  }
}
