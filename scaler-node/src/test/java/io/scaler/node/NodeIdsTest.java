package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeIdsTest {
  @Test
  void aNodesIdIsTwelveHexadecimalDigits() {
    assertThat(NodeIds.random().node()).matches("[0-9a-f]{12}");
  }

  @Test
  void noTwoNodesHaveTheSameId() {
    List<String> nodes = IntStream.range(0, 1_000).mapToObj(i -> NodeIds.random().node()).toList();

    assertThat(nodes).doesNotHaveDuplicates();
  }

  @Test
  void instancesIdsBeginWithTheirNodesAndAreDrawnOnce() {
    NodeIds ids = NodeIds.random();
    List<String> instances =
        IntStream.range(0, 10_000).parallel().mapToObj(i -> ids.get()).toList();

    assertThat(instances).allMatch(id -> id.matches(ids.node() + "-[0-9a-z]+"));
    assertThat(instances).doesNotHaveDuplicates();
  }
}
