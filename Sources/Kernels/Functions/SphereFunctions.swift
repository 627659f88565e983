import Columns
import Glibc

/// Distances on the Earth taken as a sphere.
enum SphereFunctions {
  /// Kilometres, as in Trino.
  private static let radius = 6371.01

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "great_circle_distance",
      summary: "The kilometres between two points, each a latitude and a longitude in degrees.",
      overloads: [
        .values(
          [.exactly(.double), .exactly(.double), .exactly(.double), .exactly(.double)],
          result: { _ in .double }
        ) { arguments, _ in
          let degrees = arguments.compactMap(\.double)
          for (position, angle) in degrees.enumerated() {
            let limit = position % 2 == 0 ? 90.0 : 180.0
            guard angle >= -limit, angle <= limit else {
              throw EvaluationError(
                "expected a \(position % 2 == 0 ? "latitude" : "longitude") from -\(limit) to "
                  + "\(limit), found \(angle)")
            }
          }
          return .double(distance(degrees.map { $0 * (.pi / 180) }))
        }
      ])
  ]

  /// T. Vincenty's formula for a sphere, which is exact for near and for opposite points alike.
  private static func distance(_ angles: [Double]) -> Double {
    let (from, to) = (angles[0], angles[2])
    let turn = angles[1] - angles[3]
    let across = cos(to) * sin(turn)
    let along = cos(from) * sin(to) - sin(from) * cos(to) * cos(turn)
    let apart = sin(from) * sin(to) + cos(from) * cos(to) * cos(turn)
    return atan2((across * across + along * along).squareRoot(), apart) * radius
  }
}
