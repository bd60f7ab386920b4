// Text as it came, which can be long: scrolled, also by keyboard.
export function Code({ text, label }: { text: string; label: string }) {
    return (
        <pre class="raw" tabIndex={0} role="group" aria-label={label}>
            {text}
        </pre>
    );
}
