package io.scaler.adapter.hazelcast;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A record class taken apart: its components, read one by one and put together again. */
final class RecordParts<R extends Record> {
  private final Class<R> type;
  private final RecordComponent[] components;
  private final MethodHandle[] accessors;
  private final MethodHandle constructor;

  /**
   * @throws IllegalArgumentException if the class does not let itself be taken apart
   */
  RecordParts(Class<R> type) {
    this.type = type;
    this.components = type.getRecordComponents();
    this.accessors = new MethodHandle[components.length];
    Class<?>[] parameters = new Class<?>[components.length];
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      for (int i = 0; i < components.length; i++) {
        parameters[i] = components[i].getType();
        accessors[i] =
            lookup
                .unreflect(components[i].getAccessor())
                .asType(MethodType.methodType(Object.class, Object.class));
      }
      this.constructor =
          lookup
              .findConstructor(type, MethodType.methodType(void.class, parameters))
              .asSpreader(Object[].class, components.length)
              .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " cannot be taken apart", e);
    }
  }

  Class<R> type() {
    return type;
  }

  int count() {
    return components.length;
  }

  /** The {@code i}-th component, from 0, in the order of their declaration. */
  RecordComponent component(int i) {
    return components[i];
  }

  /** The value of the {@code i}-th component. */
  @Nullable Object value(int i, Object record) {
    try {
      return (@Nullable Object) accessors[i].invokeExact(record);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The record of these values, one for each component. */
  R construct(@Nullable Object[] values) {
    try {
      return type.cast((Object) constructor.invokeExact(values));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(type.getName() + " from " + Arrays.toString(values), e);
    }
  }
}
