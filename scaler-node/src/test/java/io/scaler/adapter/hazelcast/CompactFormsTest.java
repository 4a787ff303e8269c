package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.compact.Schema;
import com.hazelcast.internal.serialization.impl.compact.SchemaService;
import io.scaler.demand.IdleTimes;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.demand.RecentArrivals;
import io.scaler.demand.RecentGaps;
import io.scaler.permit.Claim;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.Permits;
import io.scaler.pool.Instance;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolState;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is stored or sent comes back as it was. */
class CompactFormsTest {
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
      Record sample = sample(type, seed);
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
    PoolState state = (PoolState) sample(PoolState.class, 0);
    assertThat(((Pool) there(Pool.of(state))).state()).isEqualTo(state);
  }

  @Test
  void aSemaphoreComesBackWithItsHoldersAndWaiters() {
    Permits permits = new Permits();
    for (String holder : List.of("a", "b", "c")) {
      Claim claim = new Claim(holder, "node", 2, Claim.Lives.WITH_NODE);
      permits.apply(permits.decide(new PermitCommand.Acquire(claim, 4)));
    }
    Permits back = (Permits) there(permits);
    assertThat(HazelcastSemaphores.State.of(back)).isEqualTo(HazelcastSemaphores.State.of(permits));
  }

  @Test
  void processorsComeBackWithTheirOrders() throws Exception {
    PoolProcessor.Order order = (PoolProcessor.Order) sample(PoolProcessor.Order.class, 0);
    assertThat(((PoolProcessor) there(new PoolProcessor(order))).order()).isEqualTo(order);
    PermitProcessor.Order permits = (PermitProcessor.Order) sample(PermitProcessor.Order.class, 0);
    assertThat(((PermitProcessor) there(new PermitProcessor(permits))).order()).isEqualTo(permits);
    DemandProcessor.Order demand = (DemandProcessor.Order) sample(DemandProcessor.Order.class, 0);
    assertThat(((DemandProcessor) there(new DemandProcessor(demand))).order()).isEqualTo(demand);
    HazelcastLeadership.Claim.Order claim = new HazelcastLeadership.Claim.Order("node");
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

  private record Change(Instant at, Duration took) {}

  private Object there(Object value) {
    return serialization.toObject(serialization.<Data>toData(value));
  }

  private static InternalSerializationService serialization() {
    SerializationConfig config = new SerializationConfig();
    CompactForms.register(config.getCompactSerializationConfig());
    return serialization(config);
  }

  private static InternalSerializationService serialization(SerializationConfig config) {
    return new DefaultSerializationServiceBuilder()
        .setConfig(config)
        .setSchemaService(new LocalSchemas())
        .build();
  }

  /** A record with a value in every component, and null wherever {@code seed} is odd and it may. */
  private static Record sample(Class<? extends Record> type, int seed)
      throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      boolean isNullable =
          Arrays.stream(components[i].getAnnotatedType().getAnnotations())
              .anyMatch(each -> each.annotationType().getSimpleName().equals("Nullable"));
      values[i] =
          isNullable && seed % 2 == 1 ? null : value(components[i].getGenericType(), seed + i);
    }
    if (type == Instance.class) {
      values[1] = seed % 2 == 1 ? Instance.State.IDLE : Instance.State.ASSIGNED;
    }
    if (type == io.scaler.demand.DemandBatch.class && seed % 2 == 1) {
      values[1] = 0L;
    }
    if (type == io.scaler.model.Plan.class) {
      values[8] = 1_000;
    }
    Constructor<? extends Record> constructor =
        type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private static Object value(Type type, int seed) throws ReflectiveOperationException {
    if (type == String.class) {
      return "text " + seed;
    } else if (type == long.class) {
      return 1L + seed;
    } else if (type == int.class) {
      return 2 + seed;
    } else if (type == double.class) {
      return 0.5 + seed;
    } else if (type == boolean.class) {
      return seed % 2 == 0;
    } else if (type == Duration.class) {
      return Duration.ofNanos(1_000_000_007L * (seed + 1));
    } else if (type == Instant.class) {
      return Instant.parse("2026-01-02T03:04:05.678901234Z").plusNanos(seed);
    } else if (type == LogLinearHistogram.class) {
      return LogLinearHistogram.of(seed, 1, 0, 2.5);
    } else if (type == RecentArrivals.class) {
      return RecentArrivals.of(1_700_000_000 + seed, 1, 0, 4);
    } else if (type == RecentGaps.class) {
      return RecentGaps.of(seed, 0, 30_000);
    } else if (type == IdleTimes.class) {
      return IdleTimes.of(seed, new int[] {1, 0, 4}, 2);
    } else if (type instanceof ParameterizedType list) {
      List<Object> values = new ArrayList<>();
      Type element = list.getActualTypeArguments()[0];
      if (element instanceof Class<?> sealed && sealed.isSealed()) {
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
          values.add(value(permitted, seed));
        }
      } else {
        values.add(value(element, 0));
      }
      return values;
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isEnum()) {
      return raw.getEnumConstants()[seed % raw.getEnumConstants().length];
    } else if (raw.isSealed()) {
      Class<?>[] permitted = raw.getPermittedSubclasses();
      return value(permitted[seed % permitted.length], seed);
    } else if (raw == Record.class) {
      return new io.scaler.pool.Caller("node", seed);
    }
    return sample(raw.asSubclass(Record.class), seed - seed % 2);
  }

  /** Schemas as a cluster of one knows them. */
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
