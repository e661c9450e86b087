// SPDX-License-Identifier: Apache-2.0
package org.example;

/** What the second Dockerfile of the course runs; scripts/fixtures makes hello.jar of it. */
public final class App {
    public static void main(String[] arguments) {
        System.out.println("Hello from Java " + Runtime.version().feature());
    }
}
