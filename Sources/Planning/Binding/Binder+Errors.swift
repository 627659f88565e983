import Kernels
import SQL

extension Binder {
  /// The sentence of an error that computing a constant gave.
  static func message(of error: any Error) -> String {
    switch error {
    case let error as EvaluationError: error.message
    case let error as SQLError: error.message
    default: "\(error)"
    }
  }
}
