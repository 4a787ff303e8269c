package io.scaler.adapter.hazelcast;

import io.scaler.demand.IdleTimes;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.demand.RecentArrivals;
import io.scaler.demand.RecentGaps;
import io.scaler.pool.Instance;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Records with something in them. */
final class RecordSamples {
  private RecordSamples() {}

  /** A record with a value in every component, and null wherever {@code seed} is odd and it may. */
  static Record sample(Class<? extends Record> type, int seed) throws ReflectiveOperationException {
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
    if (type == io.scaler.model.Ruling.class) {
      values[4] = 0;
      values[6] = List.of();
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
}
