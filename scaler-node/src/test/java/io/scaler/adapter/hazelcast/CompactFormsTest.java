package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.compact.Schema;
import com.hazelcast.internal.serialization.impl.compact.SchemaService;
import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.demand.RecentArrivals;
import io.scaler.model.LevelGap;
import io.scaler.model.Levels;
import io.scaler.permit.Claim;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.Permits;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolState;
import io.scaler.service.NodeReport;
import io.scaler.service.PoolCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is stored or sent comes back as it was. */
class CompactFormsTest {
  private final LocalSchemas schemas = new LocalSchemas();
  private final InternalSerializationService serialization = serialization();

  @AfterEach
  void dispose() {
    serialization.dispose();
  }

  static Stream<Class<? extends Record>> records() {
    return CompactForms.records().stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyRecordComesBack(Class<? extends Record> type) throws Exception {
    for (int seed = 0; seed < 3; seed++) {
      Record sample = RecordSamples.sample(type, seed);
      assertThat(there(sample)).isEqualTo(sample);
    }
  }

  @Test
  void everyStoredTypeHasAFormOfItsOwn() {
    assertThat(CompactForms.records())
        .doesNotHaveDuplicates()
        .extracting(CompactForms::typeName)
        .doesNotHaveDuplicates();
  }

  @Test
  void aPoolComesBackWithEverythingInIt() throws Exception {
    PoolState state = (PoolState) RecordSamples.sample(PoolState.class, 0);
    assertThat(((Pool) there(Pool.of(state))).state()).isEqualTo(state);
  }

  @Test
  void aSemaphoreComesBackWithItsHoldersAndWaiters() {
    Permits permits = new Permits();
    for (String holder : List.of("a", "b", "c")) {
      Claim claim = new Claim(holder, "node", 2, Claim.When.AT_ONCE);
      permits.apply(permits.decide(new PermitCommand.Acquire(claim, 4)));
    }
    Permits back = (Permits) there(permits);
    assertThat(HazelcastSemaphores.State.of(back)).isEqualTo(HazelcastSemaphores.State.of(permits));
  }

  @Test
  void processorsComeBackWithTheirOrders() throws Exception {
    PermitProcessor.Order permits =
        (PermitProcessor.Order) RecordSamples.sample(PermitProcessor.Order.class, 0);
    assertThat(((PermitProcessor) there(new PermitProcessor(permits))).order()).isEqualTo(permits);
    DemandProcessor.Order demand =
        (DemandProcessor.Order) RecordSamples.sample(DemandProcessor.Order.class, 0);
    assertThat(((DemandProcessor) there(new DemandProcessor(demand))).order()).isEqualTo(demand);
    HazelcastLeadership.Claim.Order claim = new HazelcastLeadership.Claim.Order("node", 5);
    assertThat(((HazelcastLeadership.Claim) there(new HazelcastLeadership.Claim(claim))).order())
        .isEqualTo(claim);
  }

  @Test
  void instantsAndDurationsKeepTheirNanoseconds() throws Exception {
    Change change =
        new Change(Instant.parse("1969-12-31T23:59:59.999999999Z"), Duration.ofNanos(7));
    RecordForm<Change> form = new RecordForm<>(Change.class, "change");
    SerializationConfig config = new SerializationConfig();
    config.getCompactSerializationConfig().addSerializer(form);
    InternalSerializationService own = serialization(config);
    assertThat(own.<Object>toObject(own.<Data>toData(change))).isEqualTo(change);
    own.dispose();
  }

  /** As it was while the hottest functions were told by another type. */
  private record OldReport(
      String node,
      NodeReport.State state,
      boolean leads,
      boolean safe,
      boolean breakerOpen,
      int openCalls,
      int launching,
      Duration up,
      NodeReport.Starts starts,
      PoolCounts.Sum pools,
      List<OldRate> hottest) {}

  private record OldRate(String functionKey, double callsPerSecond, double launchesPerSecond) {}

  @Test
  void nodesOfVersionsThatTellTheHottestFunctionsOtherwiseReadEachOthersReports() throws Exception {
    SerializationConfig config = new SerializationConfig();
    config
        .getCompactSerializationConfig()
        .addSerializer(new RecordForm<>(OldReport.class, "service.NodeReport"))
        .addSerializer(new RecordForm<>(OldRate.class, "service.FunctionRates.Rate"))
        .addSerializer(new RecordForm<>(NodeReport.Starts.class, "service.NodeReport.Starts"))
        .addSerializer(new RecordForm<>(PoolCounts.Sum.class, "service.PoolCounts.Sum"));
    InternalSerializationService old = serialization(config);
    OldReport told = (OldReport) RecordSamples.sample(OldReport.class, 0);
    assertThat(told.hottest()).isNotEmpty();
    NodeReport now = (NodeReport) RecordSamples.sample(NodeReport.class, 0);
    assertThat(now.hot()).isNotEmpty();

    NodeReport read = serialization.toObject(old.<Data>toData(told));
    OldReport back = old.toObject(serialization.<Data>toData(now));

    assertThat(read.state()).isEqualTo(told.state());
    assertThat(read.pools()).isEqualTo(told.pools());
    assertThat(read.hot()).isEmpty();
    assertThat(back.state()).isEqualTo(now.state());
    assertThat(back.pools()).isEqualTo(now.pools());
    assertThat(back.hottest()).isEmpty();
    old.dispose();
  }

  @Test
  void theDemandOfAFunctionThatReachesFourLevelsTakesLessThanFourKilobytes() {
    assertThat(size(spread(4, Duration.ofSeconds(1), Duration.ofHours(1)))).isLessThan(4_000);
  }

  @Test
  void noFunctionsDemandTakesMoreThanSixteenKilobytes() {
    Duration longest = LogLinearHistogram.LONGEST;
    assertThat(size(spread(Levels.band(1_024) + 1, longest, longest))).isLessThan(16_000);
  }

  @Test
  void weightsComeBackNearlyAsTheyWere() {
    double[] weights = {1, 0, 256, 257, 1e-3, 123_456.789, 7e9};
    double[] back = ((LogLinearHistogram) there(LogLinearHistogram.of(5, weights))).weights();

    assertThat(back).startsWith(1, 0, 256);
    for (int i = 3; i < weights.length; i++) {
      assertThat(back[i]).isCloseTo(weights[i], withPercentage(0.4));
    }
  }

  /**
   * What is known after many calls: the logarithms of all lengths are spread evenly.
   *
   * @param longest execution and cold start
   */
  private static Demand spread(int bands, Duration longest, Duration longestGap) {
    Random random = new Random(3);
    DemandTally tally = new DemandTally();
    Instant at = Instant.EPOCH;
    for (int i = 0; i < 20_000; i++) {
      at = at.plus(upTo(longestGap, random).dividedBy(i % 100 == 0 ? 1 : 1_000));
      tally.arrived(at);
      tally.executed(upTo(longest, random));
      tally.launched(upTo(longest, random));
      for (int band = 0; band < bands; band++) {
        tally.reached(new LevelGap(Levels.highest(band), upTo(longestGap, random)));
      }
    }
    for (int second = 0; second < RecentArrivals.SECONDS; second++) {
      at = at.plusSeconds(1);
      tally.arrived(at);
    }
    return Demand.of(tally.batch(at));
  }

  private static Duration upTo(Duration longest, Random random) {
    return Duration.ofMillis(
        (long) Math.exp(random.nextDouble() * Math.log(1.0 + longest.toMillis())));
  }

  private int size(Object value) {
    return serialization.<Data>toData(value).totalSize();
  }

  private record Change(Instant at, Duration took) {}

  private Object there(Object value) {
    return serialization.toObject(serialization.<Data>toData(value));
  }

  private InternalSerializationService serialization() {
    SerializationConfig config = new SerializationConfig();
    CompactForms.register(config.getCompactSerializationConfig());
    return serialization(config);
  }

  private InternalSerializationService serialization(SerializationConfig config) {
    return new DefaultSerializationServiceBuilder()
        .setConfig(config)
        .setSchemaService(schemas)
        .build();
  }

  /** Schemas as a cluster knows them. */
  private static final class LocalSchemas implements SchemaService {
    private final Map<Long, Schema> schemas = new HashMap<>();

    @Override
    public Schema get(long schemaId) {
      return schemas.get(schemaId);
    }

    @Override
    public void put(Schema schema) {
      schemas.put(schema.getSchemaId(), schema);
    }

    @Override
    public void putLocal(Schema schema) {
      put(schema);
    }
  }
}
