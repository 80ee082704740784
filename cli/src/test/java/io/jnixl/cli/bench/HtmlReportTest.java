// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final String NASTY = "<script>alert('x')</script> & \"q\" \u0007 \ud800 \uffff";

    private static RunReport run(String label, int batches, double speed) {
        List<Figures> cases = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            for (int batch = 1; batch <= batches; batch *= 2) {
                Times times = new Times(10, 5 * i + 1, 1, 2 * i + 1, 3 * i + 1, 4 * i + 1, 5 * i + 1, 100 * i + 1);
                cases.add(new Figures(
                        4096L << i,
                        batch,
                        10,
                        1,
                        speed * i,
                        3,
                        times,
                        times,
                        times,
                        times,
                        List.of(),
                        i == 3 ? "BAD " + NASTY : "OK"));
            }
        }
        return new RunReport(
                label,
                "2026-11-24T00:00:00Z",
                "WRITE",
                "UCX",
                "memory",
                Map.of("java", label + speed),
                Map.of("x", NASTY),
                cases);
    }

    private static Document parse(String html) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }

    private static int count(Document page, String element) {
        return page.getElementsByTagName(element).getLength();
    }

    @Test
    void oneRunIsWellFormedAndWhole() throws Exception {
        String html = HtmlReport.render(List.of(run("a", 1, 2.5)));
        Document page = parse(html);
        assertThat(count(page, "figure")).isEqualTo(2);
        assertThat(count(page, "circle")).isEqualTo(8 + 5 * 8);
        assertThat(html)
                .contains("1 of 8 cases are WRONG", "B/W (GB/Sec)", ">4K<", ">512K<", "prefers-color-scheme: dark");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 9, 20})
    void severalRunsAreWellFormedAndCompared(int number) throws Exception {
        List<RunReport> runs = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            runs.add(run("run", 2, i + 1));
        }
        String html = HtmlReport.render(runs);
        Document page = parse(html);
        assertThat(count(page, "figure")).isEqualTo(3 + 2 * number);
        assertThat(html).contains("run (2), 2 blocks", "(2.00\u00d7)", "class=\"differ\"");
    }

    @Test
    void nothingOfTheUsersBecomesMarkup() throws Exception {
        String html = HtmlReport.render(List.of(run(NASTY, 1, 1), run("</title>" + NASTY, 2, 1)));
        Document page = parse(html);
        assertThat(count(page, "script")).isZero();
        assertThat(page.getElementsByTagName("title").item(0).getTextContent())
                .contains("<script>alert('x')</script> & \"q\"");
    }

    @Test
    void itNeedsNothingElse() throws Exception {
        Document page = parse(HtmlReport.render(List.of(run("a", 4, 1))));
        for (String element : new String[] {"link", "img", "iframe", "object", "embed", "use", "image"}) {
            assertThat(count(page, element)).as(element).isZero();
        }
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            assertThat(all.item(i).getAttributes().getNamedItem("src")).isNull();
            assertThat(all.item(i).getAttributes().getNamedItem("href")).isNull();
        }
        assertThat(HtmlReport.render(List.of(run("a", 4, 1)))).doesNotContain("url(", "@import", "http://", "https://");
    }

    @Test
    void aRunWithoutCasesOrFiguresIsStillAPage() throws Exception {
        RunReport none = new RunReport("a", "", "READ", "X", "y", Map.of(), Map.of(), List.of());
        parse(HtmlReport.render(List.of(none)));
        Times zero = new Times(0, 0, 0, 0, 0, 0, 0, 0);
        Figures figures = new Figures(1, 1, 0, 0, 0, 0, zero, zero, zero, zero, List.of(), "-");
        parse(HtmlReport.render(
                List.of(new RunReport("a", "", "READ", "X", "y", Map.of(), Map.of(), List.of(figures)))));
    }
}
