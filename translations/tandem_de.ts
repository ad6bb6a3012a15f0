<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Background</name>
    <message>
        <source>It was cancelled.</source>
        <translation>Es wurde abgebrochen.</translation>
    </message>
    <message>
        <source>A file or folder cannot be used: %1.</source>
        <translation>Eine Datei oder ein Ordner ist nicht benutzbar: %1.</translation>
    </message>
    <message>
        <source>&apos;%1&apos; cannot be used: %2.</source>
        <translation>„%1“ ist nicht benutzbar: %2.</translation>
    </message>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>Dafür ist nicht genug Speicher da.</translation>
    </message>
    <message>
        <source>This failed in a way that was not foreseen: %1.</source>
        <translation>Das schlug auf unvorhergesehene Weise fehl: %1.</translation>
    </message>
    <message>
        <source>This failed in a way that was not foreseen.</source>
        <translation>Das schlug auf unvorhergesehene Weise fehl.</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>validation samples</source>
        <translation>Validierungsproben</translation>
    </message>
    <message>
        <source>test samples</source>
        <translation>Testproben</translation>
    </message>
    <message>
        <source>generated inputs</source>
        <translation>erzeugten Eingaben</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>proxy</source>
        <translation>Ersatzmaß</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>vorhergesagt</translation>
    </message>
    <message>
        <source>modelled</source>
        <translation>modelliert</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>pred.</source>
        <translation>vorh.</translation>
    </message>
    <message>
        <source>mod.</source>
        <translation>mod.</translation>
    </message>
    <message>
        <source>meas.</source>
        <translation>gem.</translation>
    </message>
    <message>
        <source>Point %1</source>
        <translation>Punkt %1</translation>
    </message>
    <message>
        <source>keeps %1 of %2 points and %3 of %4 on the front</source>
        <translation>behält %1 von %2 Punkten und %3 von %4 auf der Front</translation>
    </message>
    <message>
        <source>supernet</source>
        <translation>Supernetz</translation>
    </message>
    <message>
        <source>super.</source>
        <translation>Super.</translation>
    </message>
</context>
<context>
    <name>Metric</name>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>Übereinstimmung</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>Leistung</translation>
    </message>
    <message>
        <source>LUT</source>
        <translation>LUT</translation>
    </message>
    <message>
        <source>FF</source>
        <translation>FF</translation>
    </message>
    <message>
        <source>DSP</source>
        <translation>DSP</translation>
    </message>
    <message>
        <source>BRAM</source>
        <translation>BRAM</translation>
    </message>
    <message>
        <source>DRAM traffic</source>
        <translation>DRAM-Verkehr</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Utilization</source>
        <translation>Auslastung</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Fläche</translation>
    </message>
    <message>
        <source>Faults</source>
        <translation>Mängel</translation>
    </message>
</context>
<context>
    <name>NetworkPanel</name>
    <message>
        <source>host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>hardware</source>
        <translation>Hardware</translation>
    </message>
    <message>
        <source>Runs on the host: %1</source>
        <translation>Läuft auf dem Host: %1</translation>
    </message>
</context>
<context>
    <name>PointText</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Teacher</name>
    <message>
        <source>imported network</source>
        <translation>eingelesenes Netz</translation>
    </message>
    <message>
        <source>supernet</source>
        <translation>Supernetz</translation>
    </message>
</context>
<context>
    <name>tandem::app::MainWindow</name>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>There is no file &apos;%1&apos;.</source>
        <translation>Es gibt keine Datei „%1“.</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is neither an ONNX model (.onnx) nor a study (.tandem).</source>
        <translation>„%1“ ist weder ein ONNX-Modell (.onnx) noch eine Studie (.tandem).</translation>
    </message>
    <message>
        <source>Open a model or a study</source>
        <translation>Ein Modell oder eine Studie öffnen</translation>
    </message>
    <message>
        <source>Models and studies (*.onnx *.tandem);;All files (*)</source>
        <translation>Modelle und Studien (*.onnx *.tandem);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>New study: which network?</source>
        <translation>Neue Studie: welches Netz?</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx)</source>
        <translation>ONNX-Modelle (*.onnx)</translation>
    </message>
    <message>
        <source>New study: where to keep it?</source>
        <translation>Neue Studie: wo soll sie liegen?</translation>
    </message>
    <message>
        <source>Studies (*.tandem)</source>
        <translation>Studien (*.tandem)</translation>
    </message>
    <message>
        <source>A folder with the data set</source>
        <translation>Ein Ordner mit dem Datensatz</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Tandem</source>
        <translation>Tandem</translation>
    </message>
    <message>
        <source>%1 – Tandem</source>
        <translation>%1 – Tandem</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Open an ONNX model or a study</source>
        <translation>Ein ONNX-Modell oder eine Studie öffnen</translation>
    </message>
    <message>
        <source>&amp;New study…</source>
        <translation>&amp;Neue Studie…</translation>
    </message>
    <message>
        <source>Choose a model and where its study is kept</source>
        <translation>Ein Modell wählen, und wo seine Studie liegt</translation>
    </message>
    <message>
        <source>&amp;Recent files</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Export point…</source>
        <translation>Punkt &amp;exportieren…</translation>
    </message>
    <message>
        <source>Ctrl+E</source>
        <translation>Ctrl+E</translation>
    </message>
    <message>
        <source>Write C++, RTL, ONNX and a report for the selected point</source>
        <translation>C++, RTL, ONNX und einen Bericht für den ausgewählten Punkt schreiben</translation>
    </message>
    <message>
        <source>&amp;Close study</source>
        <translation>Studie s&amp;chließen</translation>
    </message>
    <message>
        <source>Close the study that is open</source>
        <translation>Die geöffnete Studie schließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Leave the program; the study is kept</source>
        <translation>Das Programm verlassen; die Studie bleibt erhalten</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Release all parameters</source>
        <translation>Alle Parameter &amp;freigeben</translation>
    </message>
    <message>
        <source>Ctrl+Shift+R</source>
        <translation>Ctrl+Shift+R</translation>
    </message>
    <message>
        <source>Give every parameter its whole range back</source>
        <translation>Jedem Parameter seinen ganzen Bereich zurückgeben</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>&amp;Suche</translation>
    </message>
    <message>
        <source>Start or pause the search</source>
        <translation>Die Suche starten oder anhalten</translation>
    </message>
    <message>
        <source>P&amp;in values of the selected point</source>
        <translation>Werte des ausgewählten Punktes f&amp;esthalten</translation>
    </message>
    <message>
        <source>Ctrl+P</source>
        <translation>Ctrl+P</translation>
    </message>
    <message>
        <source>Hold every parameter at the selected point&apos;s value</source>
        <translation>Jeden Parameter auf dem Wert des ausgewählten Punktes festhalten</translation>
    </message>
    <message>
        <source>&amp;Refine the selected point</source>
        <translation>Den ausgewählten Punkt &amp;verfeinern</translation>
    </message>
    <message>
        <source>Ctrl+R</source>
        <translation>Ctrl+R</translation>
    </message>
    <message>
        <source>Replay exact cycles and measure the integer network</source>
        <translation>Genaue Takte nachspielen und das ganzzahlige Netz messen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>List the shortcuts</source>
        <translation>Die Tastenkürzel auflisten</translation>
    </message>
    <message>
        <source>&amp;About Tandem</source>
        <translation>Ü&amp;ber Tandem</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Version und Lizenz</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Fit the scatter</source>
        <translation>Streuung &amp;einpassen</translation>
    </message>
    <message>
        <source>Ctrl+0</source>
        <translation>Ctrl+0</translation>
    </message>
    <message>
        <source>Show all points inside the rules</source>
        <translation>Alle Punkte innerhalb der Regeln zeigen</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>Erscheinun&amp;g</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Put every panel back where it was</source>
        <translation>Jede Leiste dorthin zurücksetzen, wo sie war</translation>
    </message>
    <message>
        <source>&amp;Clear</source>
        <translation>&amp;Leeren</translation>
    </message>
    <message>
        <source>About Tandem</source>
        <translation>Über Tandem</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Tandem %1&lt;/h3&gt;&lt;p&gt;Searches a neural network and the FPGA accelerator that runs it as one design.&lt;/p&gt;&lt;p&gt;Licensed under the GNU General Public License, version 3 or later. What it generates for you is yours.&lt;/p&gt;&lt;p&gt;Built with Qt and QCustomPlot.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Tandem %1&lt;/h3&gt;&lt;p&gt;Durchsucht ein neuronales Netz und den FPGA-Beschleuniger, auf dem es läuft, als einen Entwurf.&lt;/p&gt;&lt;p&gt;Lizenziert unter der GNU General Public License, Version 3 oder später. Was es für Sie erzeugt, gehört Ihnen.&lt;/p&gt;&lt;p&gt;Gebaut mit Qt und QCustomPlot.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Scatter: along the front</source>
        <translation>Streuung: entlang der Front</translation>
    </message>
    <message>
        <source>arrow keys</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>Scatter: zoom in, out, fit</source>
        <translation>Streuung: vergrößern, verkleinern, einpassen</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>New network: where to keep it?</source>
        <translation>Neues Netz: wo soll es liegen?</translation>
    </message>
    <message>
        <source>&apos;%1&apos; cannot become the data set of this study, which was searched or trained already: open the network anew for a study of its own.</source>
        <translation>„%1“ kann nicht der Datensatz dieser Studie werden, die schon durchsucht oder trainiert wurde: das Netz für eine eigene Studie neu öffnen.</translation>
    </message>
    <message>
        <source>&apos;%1&apos; will be the data set of the next network that is opened.</source>
        <translation>„%1“ wird der Datensatz des nächsten Netzes, das geöffnet wird.</translation>
    </message>
    <message>
        <source>New network of &amp;bundles…</source>
        <translation>Neues Netz a&amp;us Bündeln…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+N</source>
        <translation>Ctrl+Shift+N</translation>
    </message>
    <message>
        <source>Make a network to search without a trained one</source>
        <translation>Ein Netz zum Durchsuchen machen, ohne ein trainiertes</translation>
    </message>
    <message>
        <source>&amp;Train the selected point…</source>
        <translation>Den ausgewählten Punkt &amp;trainieren…</translation>
    </message>
    <message>
        <source>Ctrl+T</source>
        <translation>Ctrl+T</translation>
    </message>
    <message>
        <source>Fine-tune the point&apos;s network and measure its accuracy on the test samples</source>
        <translation>Das Netz des Punktes nachtrainieren und seine Genauigkeit auf den Testproben messen</translation>
    </message>
    <message>
        <source>Train the f&amp;ront…</source>
        <translation>Die F&amp;ront trainieren…</translation>
    </message>
    <message>
        <source>Ctrl+Alt+T</source>
        <translation>Ctrl+Alt+T</translation>
    </message>
    <message>
        <source>Train the points of the front that are not trained yet, one after the other</source>
        <translation>Die noch nicht trainierten Punkte der Front trainieren, einen nach dem anderen</translation>
    </message>
    <message>
        <source>Train the s&amp;upernet…</source>
        <translation>Das S&amp;upernetz trainieren…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+T</source>
        <translation>Ctrl+Shift+T</translation>
    </message>
    <message>
        <source>Train one set of weights for all networks of the study, which then judges their accuracy</source>
        <translation>Einen Satz Gewichte für alle Netze der Studie trainieren, der dann ihre Genauigkeit beurteilt</translation>
    </message>
    <message>
        <source>Making %1</source>
        <translation>%1 wird erstellt</translation>
    </message>
</context>
<context>
    <name>tandem::app::StartPage</name>
    <message>
        <source>Drop an ONNX file here</source>
        <translation>Eine ONNX-Datei hier ablegen</translation>
    </message>
    <message>
        <source>Tandem searches the network and the FPGA accelerator that runs it as one design. A .tandem study opens the same way.</source>
        <translation>Tandem durchsucht das Netz und den FPGA-Beschleuniger, auf dem es läuft, als einen Entwurf. Eine .tandem-Studie öffnet sich ebenso.</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>Open an ONNX model or a study</source>
        <translation>Ein ONNX-Modell oder eine Studie öffnen</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>Das Beispiel ausprobieren</translation>
    </message>
    <message>
        <source>Open the small Fashion-MNIST network that comes with the program</source>
        <translation>Das kleine Fashion-MNIST-Netz öffnen, das dem Programm beiliegt</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::AssemblyDialog</name>
    <message>
        <source>Channels of the input</source>
        <translation>Kanäle der Eingabe</translation>
    </message>
    <message>
        <source>Rows of the input</source>
        <translation>Zeilen der Eingabe</translation>
    </message>
    <message>
        <source>Columns of the input</source>
        <translation>Spalten der Eingabe</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Bundles of a stage</source>
        <translation>Bündel einer Stufe</translation>
    </message>
    <message>
        <source>Shortcuts around bundles</source>
        <translation>Abkürzungen um Bündel</translation>
    </message>
    <message>
        <source>New network of bundles</source>
        <translation>Neues Netz aus Bündeln</translation>
    </message>
    <message>
        <source>One or two of conv1, conv3, conv5, conv7, dw3, dw5 and dw7 (depth-wise) joined by +, each followed by a batch norm and an activation</source>
        <translation>Ein oder zwei von conv1, conv3, conv5, conv7, dw3, dw5 und dw7 (tiefenweise), mit + verbunden, dahinter je eine Batch-Normalisierung und eine Aktivierung</translation>
    </message>
    <message>
        <source>Maximum pool</source>
        <translation>Maximum-Pooling</translation>
    </message>
    <message>
        <source>Average pool</source>
        <translation>Mittelwert-Pooling</translation>
    </message>
    <message>
        <source>Stride of the first operator</source>
        <translation>Schrittweite des ersten Operators</translation>
    </message>
    <message>
        <source>What halves the map from stage to stage</source>
        <translation>Was die Karte von Stufe zu Stufe halbiert</translation>
    </message>
    <message>
        <source>Channels of each stage, separated by commas</source>
        <translation>Kanäle jeder Stufe, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>How often the bundle stands in a stage; the search may leave repetitions out</source>
        <translation>Wie oft das Bündel in einer Stufe steht; die Suche darf Wiederholungen weglassen</translation>
    </message>
    <message>
        <source>none (ReLU)</source>
        <translation>keine (ReLU)</translation>
    </message>
    <message>
        <source>Where activations end, such as 6 for ReLU6</source>
        <translation>Wo Aktivierungen enden, etwa 6 für ReLU6</translation>
    </message>
    <message>
        <source>A bundle that keeps the map&apos;s shape adds to it</source>
        <translation>Ein Bündel, das die Form der Karte erhält, wird zu ihr addiert</translation>
    </message>
    <message>
        <source>&amp;Bundle</source>
        <translation>&amp;Bündel</translation>
    </message>
    <message>
        <source>&amp;Input (channels, rows, columns)</source>
        <translation>&amp;Eingabe (Kanäle, Zeilen, Spalten)</translation>
    </message>
    <message>
        <source>C&amp;lasses</source>
        <translation>K&amp;lassen</translation>
    </message>
    <message>
        <source>C&amp;hannels of the stages</source>
        <translation>K&amp;anäle der Stufen</translation>
    </message>
    <message>
        <source>Bundles of a &amp;stage</source>
        <translation>Bündel einer &amp;Stufe</translation>
    </message>
    <message>
        <source>&amp;Down-sampling</source>
        <translation>&amp;Verkleinerung</translation>
    </message>
    <message>
        <source>&amp;Activations end at</source>
        <translation>Ak&amp;tivierungen enden bei</translation>
    </message>
    <message>
        <source>%1 weights, %2 multiply-accumulates for one input; all weights are random</source>
        <translation>%1 Gewichte, %2 Multiplikationen mit Addition für eine Eingabe; alle Gewichte sind zufällig</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::AugmentationField</name>
    <message>
        <source>Flip</source>
        <translation>Spiegeln</translation>
    </message>
    <message>
        <source>Turn every second training image left to right</source>
        <translation>Jedes zweite Trainingsbild von links nach rechts drehen</translation>
    </message>
    <message>
        <source>Shift </source>
        <translation>Verschieben </translation>
    </message>
    <message>
        <source>Move training images by up to so many pixels in each direction</source>
        <translation>Trainingsbilder um bis zu so viele Pixel in jede Richtung verschieben</translation>
    </message>
    <message>
        <source>Cut-out </source>
        <translation>Ausschnitt </translation>
    </message>
    <message>
        <source>Fill a square of so many pixels a side at a random place with 0</source>
        <translation>Ein Quadrat mit so vielen Pixeln Seitenlänge an zufälliger Stelle mit 0 füllen</translation>
    </message>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>Mix-up </source>
        <translation>Mischen </translation>
    </message>
    <message>
        <source>Mix pairs of images and of their labels with a share from Beta(a, a) of this a; 0: not at all</source>
        <translation>Paare von Bildern und ihre Klassen mit einem Anteil aus Beta(a, a) mit diesem a mischen; 0: gar nicht</translation>
    </message>
    <message>
        <source>Crop </source>
        <translation>Beschneiden </translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Cut off up to such a share of each side and scale the rest back to the whole</source>
        <translation>Bis zu einem solchen Anteil jeder Seite abschneiden und den Rest wieder auf das Ganze vergrößern</translation>
    </message>
    <message>
        <source>Crop of training images, percent of a side</source>
        <translation>Beschneiden der Trainingsbilder, Prozent einer Seite</translation>
    </message>
    <message>
        <source>Flip training images</source>
        <translation>Trainingsbilder spiegeln</translation>
    </message>
    <message>
        <source>Shift training images, pixels</source>
        <translation>Trainingsbilder verschieben, Pixel</translation>
    </message>
    <message>
        <source>Cut-out in training images, pixels</source>
        <translation>Ausschnitt in Trainingsbildern, Pixel</translation>
    </message>
    <message>
        <source>Mix-up of training images</source>
        <translation>Trainingsbilder mischen</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::AxisPicker</name>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ConstraintPanel</name>
    <message>
        <source>Add constraint</source>
        <translation>Bedingung hinzufügen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>Objective %1</source>
        <translation>Ziel %1</translation>
    </message>
    <message>
        <source>Objective %1: ↑ more is better, ↓ less is better</source>
        <translation>Ziel %1: ↑ mehr ist besser, ↓ weniger ist besser</translation>
    </message>
    <message>
        <source>Add a bound that every feasible point keeps</source>
        <translation>Eine Grenze hinzufügen, die jeder zulässige Punkt einhält</translation>
    </message>
    <message>
        <source>Objectives</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>Constraints</source>
        <translation>Bedingungen</translation>
    </message>
    <message>
        <source>Device budget</source>
        <translation>Budget des Geräts</translation>
    </message>
    <message>
        <source>Objectives and constraints</source>
        <translation>Ziele und Bedingungen</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ConstraintRow</name>
    <message>
        <source>Constrained metric</source>
        <translation>Begrenzte Größe</translation>
    </message>
    <message>
        <source>At most or at least</source>
        <translation>Höchstens oder mindestens</translation>
    </message>
    <message>
        <source>Bound</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Remove this constraint</source>
        <translation>Diese Bedingung entfernen</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::DataSettingsDialog</name>
    <message>
        <source>Settings of the data set</source>
        <translation>Einstellungen des Datensatzes</translation>
    </message>
    <message>
        <source>&amp;Sounds</source>
        <translation>&amp;Klänge</translation>
    </message>
    <message>
        <source>&amp;Samples</source>
        <translation>&amp;Proben</translation>
    </message>
    <message>
        <source>found by itself</source>
        <translation>wird gefunden</translation>
    </message>
    <message>
        <source>Layout of the input</source>
        <translation>Anordnung der Eingabe</translation>
    </message>
    <message>
        <source>Where the network&apos;s input has its channels: nchw first, nhwc last</source>
        <translation>Wo die Eingabe des Netzes ihre Kanäle hat: nchw vorn, nhwc hinten</translation>
    </message>
    <message>
        <source>Bytes 0 to 255 become</source>
        <translation>Bytes 0 bis 255 werden zu</translation>
    </message>
    <message>
        <source>LOW..HIGH, for instance 0..1</source>
        <translation>VON..BIS, zum Beispiel 0..1</translation>
    </message>
    <message>
        <source>Mean to subtract</source>
        <translation>Abzuziehender Mittelwert</translation>
    </message>
    <message>
        <source>One number for each channel, separated by /, or one for all; in the units of the range</source>
        <translation>Eine Zahl für jeden Kanal, durch / getrennt, oder eine für alle; in den Einheiten des Bereichs</translation>
    </message>
    <message>
        <source>Deviation to divide by</source>
        <translation>Abweichung, durch die geteilt wird</translation>
    </message>
    <message>
        <source>Size of pictures</source>
        <translation>Größe der Bilder</translation>
    </message>
    <message>
        <source>HEIGHTxWIDTH that pictures are scaled to</source>
        <translation>HÖHExBREITE, auf die Bilder skaliert werden</translation>
    </message>
    <message>
        <source>Channels of pictures</source>
        <translation>Kanäle der Bilder</translation>
    </message>
    <message>
        <source>1: grey, 3: red, green and blue</source>
        <translation>1: grau, 3: rot, grün und blau</translation>
    </message>
    <message>
        <source>Order of class folders</source>
        <translation>Reihenfolge der Klassenordner</translation>
    </message>
    <message>
        <source>By name as text, or as numbers where all names are numbers</source>
        <translation>Nach Namen als Text, oder als Zahlen, wo alle Namen Zahlen sind</translation>
    </message>
    <message>
        <source>Share for validation</source>
        <translation>Anteil zur Validierung</translation>
    </message>
    <message>
        <source>Of the training samples, above 0 and below 0.5; 0.1 if nothing is said</source>
        <translation>Der Trainingsproben, über 0 und unter 0.5; ohne Angabe 0.1</translation>
    </message>
    <message>
        <source>Seed of the split</source>
        <translation>Startwert der Aufteilung</translation>
    </message>
    <message>
        <source>The study&apos;s if nothing is said</source>
        <translation>Ohne Angabe der der Studie</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <source>Cepstral coefficients, or energies in mel bands</source>
        <translation>Cepstrum-Koeffizienten oder Energien in Mel-Bändern</translation>
    </message>
    <message>
        <source>Rate (Hz)</source>
        <translation>Rate (Hz)</translation>
    </message>
    <message>
        <source>Samples a second; files of another rate are refused</source>
        <translation>Abtastwerte je Sekunde; Dateien mit anderer Rate werden abgelehnt</translation>
    </message>
    <message>
        <source>Clip (ms)</source>
        <translation>Länge (ms)</translation>
    </message>
    <message>
        <source>Longer files are cut, shorter ones filled up with silence</source>
        <translation>Längere Dateien werden gekürzt, kürzere mit Stille gefüllt</translation>
    </message>
    <message>
        <source>Window (ms)</source>
        <translation>Fenster (ms)</translation>
    </message>
    <message>
        <source>Length of one frame</source>
        <translation>Länge eines Abschnitts</translation>
    </message>
    <message>
        <source>Hop (ms)</source>
        <translation>Abstand (ms)</translation>
    </message>
    <message>
        <source>From the start of one frame to that of the next</source>
        <translation>Vom Anfang eines Abschnitts zum nächsten</translation>
    </message>
    <message>
        <source>FFT (samples)</source>
        <translation>FFT (Abtastwerte)</translation>
    </message>
    <message>
        <source>Length of the Fourier transform</source>
        <translation>Länge der Fourier-Transformation</translation>
    </message>
    <message>
        <source>Mel bands</source>
        <translation>Mel-Bänder</translation>
    </message>
    <message>
        <source>Bands that energies are summed in</source>
        <translation>Bänder, in denen Energien summiert werden</translation>
    </message>
    <message>
        <source>Coefficients</source>
        <translation>Koeffizienten</translation>
    </message>
    <message>
        <source>How many of MFCC&apos;s are kept, the lowest</source>
        <translation>Wie viele der MFCC bleiben, die niedrigsten</translation>
    </message>
    <message>
        <source>Lowest frequency (Hz)</source>
        <translation>Niedrigste Frequenz (Hz)</translation>
    </message>
    <message>
        <source>Lower edge of the lowest band</source>
        <translation>Untere Grenze des niedrigsten Bandes</translation>
    </message>
    <message>
        <source>Highest frequency (Hz)</source>
        <translation>Höchste Frequenz (Hz)</translation>
    </message>
    <message>
        <source>Upper edge of the highest band</source>
        <translation>Obere Grenze des höchsten Bandes</translation>
    </message>
    <message>
        <source>Time runs along</source>
        <translation>Die Zeit läuft entlang</translation>
    </message>
    <message>
        <source>Rows or columns of the network&apos;s input</source>
        <translation>Zeilen oder Spalten der Eingabe des Netzes</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ExportPanel</name>
    <message>
        <source>✓ agrees</source>
        <translation>✓ stimmt</translation>
    </message>
    <message>
        <source>✗ differs</source>
        <translation>✗ weicht ab</translation>
    </message>
    <message>
        <source>– not run</source>
        <translation>– nicht gelaufen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>C++ inference code</source>
        <translation>C++-Code zur Inferenz</translation>
    </message>
    <message>
        <source>RTL accelerator</source>
        <translation>RTL-Beschleuniger</translation>
    </message>
    <message>
        <source>ONNX model</source>
        <translation>ONNX-Modell</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Verify: build, simulate, synthesize and compare</source>
        <translation>Prüfen: bauen, simulieren, synthetisieren und vergleichen</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Result of the verification</source>
        <translation>Ergebnis der Prüfung</translation>
    </message>
    <message>
        <source>Folder to write to</source>
        <translation>Ordner, in den geschrieben wird</translation>
    </message>
    <message>
        <source>Export folder</source>
        <translation>Ordner für den Export</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>%1 exportieren</translation>
    </message>
    <message>
        <source>Select a point to export it.</source>
        <translation>Zum Exportieren einen Punkt auswählen.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>Written to %1.</source>
        <translation>Nach %1 geschrieben.</translation>
    </message>
    <message numerus="yes">
        <source>Written, but %n checked figure(s) differ.</source>
        <translation>
            <numerusform>Geschrieben, aber %n geprüfte Zahl weicht ab.</numerusform>
            <numerusform>Geschrieben, aber %n geprüfte Zahlen weichen ab.</numerusform>
        </translation>
    </message>
    <message>
        <source>Written and verified: everything agrees.</source>
        <translation>Geschrieben und geprüft: alles stimmt.</translation>
    </message>
    <message numerus="yes">
        <source>Written; what was verified agrees, %n check(s) not run.</source>
        <translation>
            <numerusform>Geschrieben; was geprüft wurde, stimmt, %n Prüfung lief nicht.</numerusform>
            <numerusform>Geschrieben; was geprüft wurde, stimmt, %n Prüfungen liefen nicht.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tandem::widgets::FrontModel</name>
    <message>
        <source>Point</source>
        <translation>Punkt</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::FrontTable</name>
    <message>
        <source>Points on the front</source>
        <translation>Punkte auf der Front</translation>
    </message>
    <message>
        <source>Front</source>
        <translation>Front</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::Inspector</name>
    <message>
        <source>Select a point in the scatter or in the front table.</source>
        <translation>Einen Punkt in der Streuung oder in der Tabelle der Front auswählen.</translation>
    </message>
    <message>
        <source>Pin these values</source>
        <translation>Diese Werte festhalten</translation>
    </message>
    <message>
        <source>Refine</source>
        <translation>Verfeinern</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>PE × SIMD</source>
        <translation>PE × SIMD</translation>
    </message>
    <message>
        <source>Cycles</source>
        <translation>Takte</translation>
    </message>
    <message>
        <source>DSP</source>
        <translation>DSP</translation>
    </message>
    <message>
        <source>BRAM</source>
        <translation>BRAM</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Last</translation>
    </message>
    <message>
        <source>Parameter</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Eingelesen</translation>
    </message>
    <message>
        <source>Metrics of the point</source>
        <translation>Größen des Punktes</translation>
    </message>
    <message>
        <source>Layers of the point&apos;s accelerator</source>
        <translation>Schichten des Beschleunigers des Punktes</translation>
    </message>
    <message>
        <source>Parameters of the point</source>
        <translation>Parameter des Punktes</translation>
    </message>
    <message>
        <source>Hold every parameter at this point&apos;s value</source>
        <translation>Jeden Parameter auf dem Wert dieses Punktes festhalten</translation>
    </message>
    <message>
        <source>Replay the exact cycles and measure the integer network of this point</source>
        <translation>Die genauen Takte nachspielen und das ganzzahlige Netz dieses Punktes messen</translation>
    </message>
    <message>
        <source>Write C++, RTL, ONNX and a report for this point, and verify them</source>
        <translation>C++, RTL, ONNX und einen Bericht für diesen Punkt schreiben und prüfen</translation>
    </message>
    <message>
        <source>Resources</source>
        <translation>Ressourcen</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>Größen</translation>
    </message>
    <message>
        <source>Layers (modelled)</source>
        <translation>Schichten (modelliert)</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Refining…</source>
        <translation>Wird verfeinert…</translation>
    </message>
    <message>
        <source>On the front</source>
        <translation>Auf der Front</translation>
    </message>
    <message>
        <source>Breaks a constraint</source>
        <translation>Verletzt eine Bedingung</translation>
    </message>
    <message>
        <source>Outside the pins and bounds in force</source>
        <translation>Außerhalb der geltenden Festlegungen und Grenzen</translation>
    </message>
    <message>
        <source>Cannot be built</source>
        <translation>Nicht baubar</translation>
    </message>
    <message>
        <source>Cannot be built as chosen: %1</source>
        <translation>So nicht baubar: %1</translation>
    </message>
    <message>
        <source>Dominated by the front</source>
        <translation>Von der Front dominiert</translation>
    </message>
    <message>
        <source>  ·  sampled in epoch %1</source>
        <translation>  ·  gezogen in Epoche %1</translation>
    </message>
    <message>
        <source>%1: %2, %3 × %4 × %5 → %6 × %7 × %8, %9 MACs</source>
        <translation>%1: %2, %3 × %4 × %5 → %6 × %7 × %8, %9 MACs</translation>
    </message>
    <message>
        <source>Train…</source>
        <translation>Trainieren…</translation>
    </message>
    <message>
        <source>Computing</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>On-chip</source>
        <translation>Auf dem Chip</translation>
    </message>
    <message>
        <source>DRAM</source>
        <translation>DRAM</translation>
    </message>
    <message>
        <source>Static</source>
        <translation>Ruhend</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operator</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>Operationen</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Energy of the point&apos;s layers by kind, in nanojoules</source>
        <translation>Energie der Schichten des Punktes nach Art, in Nanojoule</translation>
    </message>
    <message>
        <source>What the host does for every frame</source>
        <translation>Was der Host für jedes Bild tut</translation>
    </message>
    <message>
        <source>Fine-tune this point&apos;s network and measure its accuracy on the test samples</source>
        <translation>Das Netz dieses Punktes nachtrainieren und seine Genauigkeit auf den Testproben messen</translation>
    </message>
    <message>
        <source>Energy of a frame, nJ (modelled)</source>
        <translation>Energie eines Bildes, nJ (modelliert)</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Cells, µm²</source>
        <translation>Zellen, µm²</translation>
    </message>
    <message>
        <source>Macro bits</source>
        <translation>Makro-Bits</translation>
    </message>
    <message>
        <source>%1 %2 % (at worst %3 %)</source>
        <translation>%1 %2 % (schlimmstens %3 %)</translation>
    </message>
    <message>
        <source>Fitted, off on average by: %1</source>
        <translation>Angepasst, im Mittel daneben um: %1</translation>
    </message>
    <message numerus="yes">
        <source>How far these figures were off from what Yosys counts on %n design(s) that the fit left out</source>
        <translation>
            <numerusform>Wie weit diese Zahlen von dem entfernt waren, was Yosys bei %n Entwurf zählt, den die Anpassung ausließ</numerusform>
            <numerusform>Wie weit diese Zahlen von dem entfernt waren, was Yosys bei %n Entwürfen zählt, die die Anpassung ausließ</numerusform>
        </translation>
    </message>
    <message>
        <source> ± %1 %</source>
        <translation> ± %1 %</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>On %1, with a probability of 95 % between %2 and %3 %</source>
        <translation>An %1, mit einer Wahrscheinlichkeit von 95 % zwischen %2 und %3 %</translation>
    </message>
    <message>
        <source>Fitted: off by %1 % on average, %2 % at worst, on %3 designs that the fit left out</source>
        <translation>Angepasst: im Mittel %1 % daneben, schlimmstens %2 %, bei %3 Entwürfen, die die Anpassung ausließ</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>Alle Schichten</translation>
    </message>
    <message>
        <source>On the host, which the device does not state</source>
        <translation>Auf dem Host, den das Gerät nicht nennt</translation>
    </message>
    <message>
        <source>On the host: %1 (modelled)</source>
        <translation>Auf dem Host: %1 (modelliert)</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>Punkt</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::JournalPanel</name>
    <message>
        <source>Steering journal</source>
        <translation>Verlauf der Steuerung</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>From point</source>
        <translation>Ab Punkt</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::MessageBar</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::NetworkPanel</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operator</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Bundle</source>
        <translation>Bündel</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>Läuft auf</translation>
    </message>
    <message>
        <source>Layers of the network</source>
        <translation>Schichten des Netzes</translation>
    </message>
    <message>
        <source>%1 operators  ·  %2 MACs  ·  %3 parameters  ·  %4 bundles</source>
        <translation>%1 Operatoren  ·  %2 MACs  ·  %3 Parameter  ·  %4 Bündel</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ParameterModel</name>
    <message>
        <source>Accelerator</source>
        <translation>Beschleuniger</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Legal values: %1</source>
        <translation>Erlaubte Werte: %1</translation>
    </message>
    <message>
        <source>%1 is %2</source>
        <translation>%1 ist %2</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>festgehalten</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>What is searched</source>
        <translation>Was durchsucht wird</translation>
    </message>
    <message>
        <source>Parameter</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Hold the parameter at its value</source>
        <translation>Den Parameter auf seinem Wert festhalten</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Fest</translation>
    </message>
    <message>
        <source>The pinned value, else that of the selected point, else the imported one</source>
        <translation>Der festgehaltene Wert, sonst der des ausgewählten Punktes, sonst der eingelesene</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>The smallest value the search may choose</source>
        <translation>Der kleinste Wert, den die Suche wählen darf</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>The largest value the search may choose</source>
        <translation>Der größte Wert, den die Suche wählen darf</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ParameterPanel</name>
    <message>
        <source>Release all</source>
        <translation>Alle freigeben</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Each row can be pinned, bounded and given a value while the search runs.</source>
        <translation>Jede Zeile kann festgehalten, begrenzt und mit einem Wert versehen werden, während die Suche läuft.</translation>
    </message>
    <message>
        <source>Filter, e.g. weight or b3</source>
        <translation>Filter, z. B. weight oder b3</translation>
    </message>
    <message>
        <source>Filter parameters</source>
        <translation>Parameter filtern</translation>
    </message>
    <message>
        <source>Give every parameter its whole range back</source>
        <translation>Jedem Parameter seinen ganzen Bereich zurückgeben</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::PlotLegend</name>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
    <message>
        <source>predicted or modelled</source>
        <translation>vorhergesagt oder modelliert</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>front</source>
        <translation>Front</translation>
    </message>
    <message>
        <source>selected</source>
        <translation>ausgewählt</translation>
    </message>
    <message>
        <source>The shape of a mark says how well the accuracy is known.
Supernet: measured on validation samples with the weights that all networks of the study share.</source>
        <translation>Die Form einer Marke sagt, wie gut die Genauigkeit bekannt ist.
Supernetz: auf Validierungsproben gemessen, mit den Gewichten, die alle Netze der Studie teilen.</translation>
    </message>
    <message>
        <source>supernet</source>
        <translation>Supernetz</translation>
    </message>
    <message>
        <source>outside the rules</source>
        <translation>außerhalb der Regeln</translation>
    </message>
    <message>
        <source>± standard deviation</source>
        <translation>± Standardabweichung</translation>
    </message>
    <message>
        <source>rest of the front</source>
        <translation>Rest der Front</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ResourceGauge</name>
    <message>
        <source>%1 of %2 %3, %4 % (%5)</source>
        <translation>%1 von %2 %3, %4 % (%5)</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::RunBar</name>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>None: agreement only</source>
        <translation>Keine: nur Übereinstimmung</translation>
    </message>
    <message>
        <source>Fashion-MNIST</source>
        <translation>Fashion-MNIST</translation>
    </message>
    <message>
        <source>Choose a folder or file…</source>
        <translation>Einen Ordner oder eine Datei wählen…</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Start or pause the search (F5)</source>
        <translation>Die Suche starten oder anhalten (F5)</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>What the accelerator must fit</source>
        <translation>Worauf der Beschleuniger passen muss</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>What accuracy is measured on; without data agreement with the imported network is</source>
        <translation>Worauf Genauigkeit gemessen wird; ohne Daten die Übereinstimmung mit dem eingelesenen Netz</translation>
    </message>
    <message>
        <source>Algorithm</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>How points are proposed</source>
        <translation>Wie Punkte vorgeschlagen werden</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed and steering give the same points</source>
        <translation>Gleicher Startwert und gleiche Steuerung ergeben gleiche Punkte</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>How many threads evaluate points; does not change the result</source>
        <translation>Wie viele Threads Punkte bewerten; ändert das Ergebnis nicht</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>Punkte</translation>
    </message>
    <message>
        <source>Points/s</source>
        <translation>Punkte/s</translation>
    </message>
    <message>
        <source>Front</source>
        <translation>Front</translation>
    </message>
    <message>
        <source>Hypervolume</source>
        <translation>Hypervolumen</translation>
    </message>
    <message>
        <source>Elapsed</source>
        <translation>Vergangen</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>Wird vorbereitet</translation>
    </message>
    <message>
        <source>%1: %2 LUT, %3 DSP, %4 block RAMs of 36 Kbit</source>
        <translation>%1: %2 LUT, %3 DSP, %4 Block-RAMs von 36 Kbit</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Sucht</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Gescheitert</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::ScatterView</name>
    <message>
        <source>Metric on the vertical axis</source>
        <translation>Größe der senkrechten Achse</translation>
    </message>
    <message>
        <source>Metric on the horizontal axis</source>
        <translation>Größe der waagerechten Achse</translation>
    </message>
    <message>
        <source>Logarithmic vertical axis</source>
        <translation>Senkrechte Achse logarithmisch</translation>
    </message>
    <message>
        <source>Logarithmic horizontal axis</source>
        <translation>Waagerechte Achse logarithmisch</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Show all points inside the rules and follow them (double click, or key 0)</source>
        <translation>Alle Punkte innerhalb der Regeln zeigen und ihnen folgen (Doppelklick oder Taste 0)</translation>
    </message>
    <message>
        <source>against</source>
        <translation>über</translation>
    </message>
    <message>
        <source>Hover over a point to name it; click to inspect it.</source>
        <translation>Auf einen Punkt zeigen, um ihn zu benennen; klicken, um ihn zu untersuchen.</translation>
    </message>
    <message>
        <source>Scatter of all points</source>
        <translation>Streuung aller Punkte</translation>
    </message>
    <message>
        <source>%1 against %2, %3 points, %4 on the front. Arrow keys walk along the front.</source>
        <translation>%1 über %2, %3 Punkte, %4 auf der Front. Pfeiltasten gehen die Front entlang.</translation>
    </message>
    <message>
        <source>Scatter</source>
        <translation>Streudiagramm</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::SessionController</name>
    <message>
        <source>The front is empty: %1.</source>
        <translation>Die Front ist leer: %1.</translation>
    </message>
    <message>
        <source>Reading %1</source>
        <translation>%1 wird gelesen</translation>
    </message>
    <message>
        <source>Finding out what %1 can be made of</source>
        <translation>Es wird herausgefunden, was aus %1 werden kann</translation>
    </message>
    <message>
        <source>Reading the data set of %1</source>
        <translation>Der Datensatz zu %1 wird gelesen</translation>
    </message>
    <message>
        <source>Preparing the study of %1</source>
        <translation>Die Studie zu %1 wird vorbereitet</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>%1 wird geöffnet</translation>
    </message>
    <message>
        <source>Preparing the study for %1</source>
        <translation>Die Studie für %1 wird vorbereitet</translation>
    </message>
    <message>
        <source>There is nothing to export from.</source>
        <translation>Es gibt nichts, woraus exportiert werden kann.</translation>
    </message>
    <message>
        <source>There is nothing to train.</source>
        <translation>Es gibt nichts zu trainieren.</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::Steering</name>
    <message>
        <source>Pin %1 = %2</source>
        <translation>%1 = %2 festhalten</translation>
    </message>
    <message>
        <source>Bound %1 to %2 … %3</source>
        <translation>%1 auf %2 … %3 begrenzen</translation>
    </message>
    <message>
        <source>Release %1</source>
        <translation>%1 freigeben</translation>
    </message>
    <message>
        <source>Remove all constraints</source>
        <translation>Alle Bedingungen entfernen</translation>
    </message>
    <message>
        <source>Constrain %1</source>
        <translation>%1 begrenzen</translation>
    </message>
    <message>
        <source>Search for %1</source>
        <translation>Nach %1 suchen</translation>
    </message>
    <message>
        <source>Evaluate a point of my own</source>
        <translation>Einen eigenen Punkt bewerten</translation>
    </message>
    <message>
        <source>Pin all values of a point</source>
        <translation>Alle Werte eines Punktes festhalten</translation>
    </message>
    <message>
        <source>Release all parameters</source>
        <translation>Alle Parameter freigeben</translation>
    </message>
</context>
<context>
    <name>tandem::widgets::TrainingPanel</name>
    <message>
        <source>the labels alone</source>
        <translation>nur den Klassen</translation>
    </message>
    <message>
        <source>the labels and the %1</source>
        <translation>den Klassen und %1</translation>
    </message>
    <message>
        <source>The supernet judges no further networks: %1</source>
        <translation>Das Supernetz beurteilt keine weiteren Netze: %1</translation>
    </message>
    <message>
        <source>The supernet is trained. It judges networks once the search goes on.</source>
        <translation>Das Supernetz ist trainiert. Es beurteilt Netze, sobald die Suche weitergeht.</translation>
    </message>
    <message>
        <source>Networks judged with the supernet&apos;s weights: %1; resting</source>
        <translation>Mit den Gewichten des Supernetzes beurteilte Netze: %1; ruht</translation>
    </message>
    <message>
        <source>Networks judged with the supernet&apos;s weights: %1; judging</source>
        <translation>Mit den Gewichten des Supernetzes beurteilte Netze: %1; beurteilt weiter</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>Punkt</translation>
    </message>
    <message>
        <source>Front</source>
        <translation>Front</translation>
    </message>
    <message>
        <source>Supernet</source>
        <translation>Supernetz</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Correct how samples become the network&apos;s input, before the study is searched</source>
        <translation>Berichtigen, wie Proben zur Eingabe des Netzes werden, bevor die Studie durchsucht wird</translation>
    </message>
    <message>
        <source>Settings of the data set</source>
        <translation>Einstellungen des Datensatzes</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Train the network of the selected point</source>
        <translation>Das Netz des ausgewählten Punktes trainieren</translation>
    </message>
    <message>
        <source>Train one set of weights for all networks of the study</source>
        <translation>Einen Satz Gewichte für alle Netze der Studie trainieren</translation>
    </message>
    <message>
        <source>Train all points of the front that are not trained yet, one after the other</source>
        <translation>Alle noch nicht trainierten Punkte der Front trainieren, einen nach dem anderen</translation>
    </message>
    <message>
        <source>Train the selected point</source>
        <translation>Den ausgewählten Punkt trainieren</translation>
    </message>
    <message>
        <source>Train the points of the front</source>
        <translation>Die Punkte der Front trainieren</translation>
    </message>
    <message>
        <source>Train the supernet</source>
        <translation>Das Supernetz trainieren</translation>
    </message>
    <message>
        <source>Passes over the training samples</source>
        <translation>Durchgänge durch die Trainingsproben</translation>
    </message>
    <message>
        <source>The largest learning rate: it rises to it at first and falls to 0 in a half cosine</source>
        <translation>Die größte Lernrate: sie steigt anfangs auf sie und fällt in einem halben Kosinus auf 0</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Share of the loss that compares with a teacher: the imported network or the supernet&apos;s largest,
whichever is right more often; without effect where neither is clearly better than guessing</source>
        <translation>Anteil des Verlusts, der mit einem Lehrer vergleicht: dem eingelesenen Netz oder dem größten des Supernetzes,
je nachdem, welches öfter recht hat; ohne Wirkung, wo keines deutlich besser als Raten ist</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>Destillation</translation>
    </message>
    <message>
        <source>Augmentation</source>
        <translation>Bildänderungen</translation>
    </message>
    <message>
        <source>Training loss and accuracy by epoch</source>
        <translation>Verlust und Genauigkeit des Trainings nach Epochen</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>Loss (measured)</source>
        <translation>Verlust (gemessen)</translation>
    </message>
    <message>
        <source>Accuracy in training, % (measured)</source>
        <translation>Genauigkeit im Training, % (gemessen)</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>None. Drop a folder or a file with a data set on the window before the search starts: points are then judged by their accuracy and can be trained.</source>
        <translation>Keine. Einen Ordner oder eine Datei mit einem Datensatz auf das Fenster ziehen, bevor die Suche beginnt: Punkte werden dann nach ihrer Genauigkeit beurteilt und können trainiert werden.</translation>
    </message>
    <message>
        <source>Train the front</source>
        <translation>Die Front trainieren</translation>
    </message>
    <message>
        <source>Train %1</source>
        <translation>%1 trainieren</translation>
    </message>
    <message>
        <source>Select a point to train it.</source>
        <translation>Zum Trainieren einen Punkt auswählen.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Train supernet</source>
        <translation>Supernetz trainieren</translation>
    </message>
    <message>
        <source>Train front</source>
        <translation>Front trainieren</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Stop; the next training with the same settings goes on from here</source>
        <translation>Aufhören; das nächste Training mit denselben Einstellungen geht von hier weiter</translation>
    </message>
    <message>
        <source>Train one set of weights for all networks of the study that the rules allow.
Afterwards points climb from predicted to supernet, and trainings of points start from it.</source>
        <translation>Einen Satz Gewichte für alle Netze der Studie trainieren, die die Regeln erlauben.
Danach steigen Punkte von vorhergesagt zu Supernetz auf, und Trainings von Punkten beginnen mit ihm.</translation>
    </message>
    <message>
        <source>Fine-tune the point&apos;s network with quantization in the loop, then measure the integer network on the test samples</source>
        <translation>Das Netz des Punktes mit Quantisierung in der Schleife nachtrainieren, dann das ganzzahlige Netz auf den Testproben messen</translation>
    </message>
    <message>
        <source>Preparing the supernet</source>
        <translation>Das Supernetz wird vorbereitet</translation>
    </message>
    <message>
        <source>Looking for untrained points of the front</source>
        <translation>Untrainierte Punkte der Front werden gesucht</translation>
    </message>
    <message>
        <source>Quantizing the network</source>
        <translation>Das Netz wird quantisiert</translation>
    </message>
    <message>
        <source>Epoch %1 of %2: loss %3, accuracy in training %4 %</source>
        <translation>Epoche %1 von %2: Verlust %3, Genauigkeit im Training %4 %</translation>
    </message>
    <message>
        <source>, %1 left</source>
        <translation>, noch %1</translation>
    </message>
    <message>
        <source>%1, %2 of %3. </source>
        <translation>%1, %2 von %3. </translation>
    </message>
    <message>
        <source>No point of the front is left untrained.</source>
        <translation>Kein Punkt der Front ist untrainiert.</translation>
    </message>
    <message>
        <source>Points of the front that were trained and measured: %1.</source>
        <translation>Trainierte und gemessene Punkte der Front: %1.</translation>
    </message>
    <message>
        <source>The integer network is right on %1 % of %2 test samples (measured); rounded in floating point on %3 %. It started from %4, learned from %5 and took %6.</source>
        <translation>Das ganzzahlige Netz hat bei %1 % von %2 Testproben recht (gemessen); in Gleitkomma gerundet bei %3 %. Es begann mit %4, lernte von %5 und brauchte %6.</translation>
    </message>
    <message>
        <source>the supernet&apos;s weights</source>
        <translation>den Gewichten des Supernetzes</translation>
    </message>
    <message>
        <source>the imported weights</source>
        <translation>den eingelesenen Gewichten</translation>
    </message>
    <message>
        <source>Of %1 validation samples the largest network is right on %2 %, the smallest on %3 % (supernet). It took %4.</source>
        <translation>Von %1 Validierungsproben hat das größte Netz bei %2 % recht, das kleinste bei %3 % (Supernetz). Es dauerte %4.</translation>
    </message>
    <message>
        <source>Stopped. Training the supernet again with the same settings goes on from here.</source>
        <translation>Angehalten. Das Supernetz mit denselben Einstellungen erneut zu trainieren geht von hier weiter.</translation>
    </message>
    <message>
        <source>Stopped. What was trained stays; training the front again goes on from here.</source>
        <translation>Angehalten. Was trainiert wurde, bleibt; die Front erneut zu trainieren geht von hier weiter.</translation>
    </message>
    <message>
        <source>Stopped. Training this point again with the same settings goes on from here.</source>
        <translation>Angehalten. Diesen Punkt mit denselben Einstellungen erneut zu trainieren geht von hier weiter.</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
</context>
</TS>
