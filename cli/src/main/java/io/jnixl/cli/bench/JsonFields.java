// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of an object that someone else may have written: each is there and of its type, or the object is refused. */
final class JsonFields {
    private final String path;
    private final Map<?, ?> map;

    JsonFields(String path, Map<?, ?> map) {
        this.path = path;
        this.map = map;
    }

    private Object field(String name) {
        Object value = map.get(name);
        if (value == null) {
            throw new IllegalArgumentException("it has no " + path + name);
        }
        return value;
    }

    private IllegalArgumentException wrong(String name, String expected) {
        return new IllegalArgumentException(path + name + " is no " + expected);
    }

    String text(String name) {
        return field(name) instanceof String text ? text : fail(name, "text");
    }

    private String fail(String name, String expected) {
        throw wrong(name, expected);
    }

    /** Finite and not negative. */
    double number(String name) {
        return finite(field(name), name);
    }

    private double finite(Object value, String name) {
        if (value instanceof Number number && Double.isFinite(number.doubleValue()) && number.doubleValue() >= 0) {
            return number.doubleValue();
        }
        throw wrong(name, "number from 0 on");
    }

    JsonFields object(String name) {
        if (field(name) instanceof Map<?, ?> object) {
            return new JsonFields(path + name + ".", object);
        }
        throw wrong(name, "object");
    }

    Map<String, String> texts(String name) {
        JsonFields object = object(name);
        Map<String, String> texts = new LinkedHashMap<>();
        object.map.keySet().forEach(key -> texts.put(String.valueOf(key), object.text(String.valueOf(key))));
        return texts;
    }

    private List<?> list(String name) {
        if (field(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "list");
    }

    List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        for (Object each : list(name)) {
            if (!(each instanceof Map<?, ?> object)) {
                throw wrong(name, "list of objects");
            }
            objects.add(new JsonFields(path + name + ".", object));
        }
        return objects;
    }

    List<double[]> pairs(String name) {
        List<double[]> pairs = new ArrayList<>();
        for (Object each : list(name)) {
            if (!(each instanceof List<?> pair) || pair.size() != 2 || pair.get(0) == null || pair.get(1) == null) {
                throw wrong(name, "list of pairs");
            }
            pairs.add(new double[] {finite(pair.get(0), name), finite(pair.get(1), name)});
        }
        return pairs;
    }
}
