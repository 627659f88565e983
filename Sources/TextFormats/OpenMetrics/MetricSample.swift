/// One sample of a Prometheus or OpenMetrics exposition.
package struct MetricSample: Sendable, Hashable {
  package let name: String
  /// In the order of the text.
  package let labels: [MetricLabel]
  package let value: Double
  /// Microseconds since 1970, nil where the text gives none.
  package let timestamp: Int64?
  /// `counter`, `gauge`, `histogram`, …, of the family that the sample belongs to; nil where none is given.
  package let type: String?
  /// The unit of the family, OpenMetrics only.
  package let unit: String?
  /// Where it stands, from 1.
  package let line: Int

  /// The value of a label, nil where there is none.
  package subscript(label: String) -> String? { labels.first { $0.name == label }?.value }
}

/// A label of a sample.
package struct MetricLabel: Sendable, Hashable {
  package let name: String
  package let value: String
}
