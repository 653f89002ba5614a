<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es">
<context>
    <name>ssf</name>
    <message>
        <source>Fault maps</source>
        <translation>Mapas de fallas</translation>
    </message>
    <message>
        <source>{count:.0f} min</source>
        <translation>{count:.0f} min</translation>
    </message>
    <message>
        <source>{count:.0f} s</source>
        <translation>{count:.0f} s</translation>
    </message>
    <message>
        <source>Check fault traces before estimating</source>
        <translation>Revisar las trazas de falla antes de estimar</translation>
    </message>
    <message>
        <source>Places to look at</source>
        <translation>Lugares que conviene mirar</translation>
    </message>
    <message>
        <source>Lines to look at</source>
        <translation>Líneas que conviene mirar</translation>
    </message>
    <message>
        <source>Flags to come</source>
        <translation>Avisos previstos</translation>
    </message>
    <message>
        <source>Number of findings</source>
        <translation>Número de hallazgos</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Resumen</translation>
    </message>
    <message>
        <source>Compare kinematic efficiency of two fault maps</source>
        <translation>Comparar la eficiencia cinemática de dos mapas de fallas</translation>
    </message>
    <message>
        <source>Map A: active strike-slip fault traces</source>
        <translation>Mapa A: trazas de fallas transcurrentes activas</translation>
    </message>
    <message>
        <source>Map B: the same faults, mapped otherwise</source>
        <translation>Mapa B: las mismas fallas, cartografiadas de otro modo</translation>
    </message>
    <message>
        <source>Field of map B with the same zones&apos; names (none: the nearest traces&apos; zone)</source>
        <translation>Campo del mapa B con los nombres de las mismas zonas (ninguno: la zona de las trazas más cercanas)</translation>
    </message>
    <message>
        <source>Windows with the change of KE</source>
        <translation>Ventanas con el cambio de KE</translation>
    </message>
    <message>
        <source>Mean change of KE</source>
        <translation>Cambio medio de KE</translation>
    </message>
    <message>
        <source>Number of windows</source>
        <translation>Número de ventanas</translation>
    </message>
    <message>
        <source>Windows with KE on both maps</source>
        <translation>Ventanas con KE en ambos mapas</translation>
    </message>
    <message>
        <source>Map B: {error}</source>
        <translation>Mapa B: {error}</translation>
    </message>
    <message>
        <source>Estimate kinematic efficiency from a raster of faults</source>
        <translation>Estimar la eficiencia cinemática a partir de un ráster de fallas</translation>
    </message>
    <message>
        <source>The raster has no coordinate reference system, so its scale is unknown. Set it, or say how many crustal metres the side of a pixel is.</source>
        <translation>El ráster no tiene sistema de referencia de coordenadas, así que se desconoce su escala. Asígnelo, o indique cuántos metros de corteza mide el lado de un píxel.</translation>
    </message>
    <message>
        <source>Reducing faults to lines ...</source>
        <translation>Reduciendo las fallas a líneas ...</translation>
    </message>
    <message>
        <source>No pixel of the raster is a fault. Say which value a fault pixel has.</source>
        <translation>Ningún píxel del ráster es falla. Indique qué valor tiene un píxel de falla.</translation>
    </message>
    <message>
        <source>{name}: GDAL cannot read this raster. Save it as a GeoTIFF.</source>
        <translation>{name}: GDAL no puede leer este ráster. Guárdelo como GeoTIFF.</translation>
    </message>
    <message>
        <source>The raster has no band {number}; it has {count}.</source>
        <translation>El ráster no tiene la banda {number}; tiene {count}.</translation>
    </message>
    <message>
        <source>Raster of faults</source>
        <translation>Ráster de fallas</translation>
    </message>
    <message>
        <source>Band (none: the first)</source>
        <translation>Banda (ninguna: la primera)</translation>
    </message>
    <message>
        <source>Value of a fault pixel (none: all but 0)</source>
        <translation>Valor de un píxel de falla (ninguno: todos menos 0)</translation>
    </message>
    <message>
        <source>Side of a raster pixel in crustal metres (for rasters without a CRS)</source>
        <translation>Lado de un píxel del ráster en metros de corteza (para rásteres sin SRC)</translation>
    </message>
    <message>
        <source>Guide lines along the fault zones</source>
        <translation>Líneas guía a lo largo de las zonas de falla</translation>
    </message>
    <message>
        <source>Trend of the fault zones, degrees clockwise from north</source>
        <translation>Rumbo general de las zonas de falla, grados desde el norte en sentido horario</translation>
    </message>
    <message>
        <source>Windows with KE and OFD</source>
        <translation>Ventanas con KE y OFD</translation>
    </message>
    <message>
        <source>Lines with KE and OFD</source>
        <translation>Líneas con KE y OFD</translation>
    </message>
    <message>
        <source>Mean KE of all windows</source>
        <translation>KE media de todas las ventanas</translation>
    </message>
    <message>
        <source>The lines of the raster could not be estimated.</source>
        <translation>No se pudieron estimar las líneas del ráster.</translation>
    </message>
    <message>
        <source>{count} lines in the raster.</source>
        <translation>{count} líneas en el ráster.</translation>
    </message>
    <message>
        <source>Estimate kinematic efficiency (KE) and off-fault deformation (OFD)</source>
        <translation>Estimar la eficiencia cinemática (KE) y la deformación fuera de falla (OFD)</translation>
    </message>
    <message>
        <source>Every member&apos;s answer</source>
        <translation>Respuesta de cada miembro</translation>
    </message>
    <message>
        <source>Generalized lines</source>
        <translation>Líneas generalizadas</translation>
    </message>
    <message>
        <source>Traces with KE and OFD</source>
        <translation>Trazas con KE y OFD</translation>
    </message>
    <message>
        <source>Ribbon: KE along each zone, for maps at small scale</source>
        <translation>Cinta: KE a lo largo de cada zona, para mapas a pequeña escala</translation>
    </message>
    <message>
        <source>{count} windows, {known} with KE.</source>
        <translation>{count} ventanas, {known} con KE.</translation>
    </message>
    <message>
        <source>Flagged windows, see the help: {flags}.</source>
        <translation>Ventanas con avisos, véase la ayuda: {flags}.</translation>
    </message>
    <message>
        <source>Explain kinematic efficiency: what each step, gap and strand does</source>
        <translation>Explicar la eficiencia cinemática: qué hace cada relevo, hueco y ramal</translation>
    </message>
    <message>
        <source>No output is asked for. Choose at least one of the three layers.</source>
        <translation>No se pide ninguna salida. Elija al menos una de las tres capas.</translation>
    </message>
    <message>
        <source>Length of the stretches of trace that are taken away, metres</source>
        <translation>Longitud de los tramos de traza que se quitan, metros</translation>
    </message>
    <message>
        <source>Contributions of cells to KE</source>
        <translation>Contribuciones de las celdas a KE</translation>
    </message>
    <message>
        <source>KE lost, column by column</source>
        <translation>KE perdida, columna a columna</translation>
    </message>
    <message>
        <source>KE without each stretch of trace</source>
        <translation>KE sin cada tramo de traza</translation>
    </message>
    <message>
        <source>Number of windows with KE</source>
        <translation>Número de ventanas con KE</translation>
    </message>
    <message>
        <source>Most KE that a window loses to steps and gaps</source>
        <translation>Máxima KE que una ventana pierde por relevos y huecos</translation>
    </message>
    <message>
        <source>{count} windows with KE.</source>
        <translation>{count} ventanas con KE.</translation>
    </message>
    <message>
        <source>Join kinematic efficiency to points or lines, by place</source>
        <translation>Unir la eficiencia cinemática a puntos o líneas, por su lugar</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Resultados</translation>
    </message>
    <message>
        <source>Windows with KE</source>
        <translation>Ventanas con KE</translation>
    </message>
    <message>
        <source>Points or lines that are to have a KE</source>
        <translation>Puntos o líneas que han de recibir una KE</translation>
    </message>
    <message>
        <source>Points or lines with KE</source>
        <translation>Puntos o líneas con KE</translation>
    </message>
    <message>
        <source>Features with a KE</source>
        <translation>Objetos con KE</translation>
    </message>
    <message>
        <source>Make zones, guide lines and windows, without estimating</source>
        <translation>Hacer zonas, líneas guía y ventanas, sin estimar</translation>
    </message>
    <message>
        <source>Size of a pixel on the ground, metres (none: 100)</source>
        <translation>Tamaño de un píxel en el terreno, metros (ninguno: 100)</translation>
    </message>
    <message>
        <source>Guide lines, to be edited and given back</source>
        <translation>Líneas guía, para editarlas y devolverlas</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Ventanas</translation>
    </message>
    <message>
        <source>Outlines of the strips</source>
        <translation>Contornos de las franjas</translation>
    </message>
    <message>
        <source>Traces with their zones</source>
        <translation>Trazas con sus zonas</translation>
    </message>
    <message>
        <source>Number of guide lines</source>
        <translation>Número de líneas guía</translation>
    </message>
    <message>
        <source>Show what a model says of itself</source>
        <translation>Mostrar lo que un modelo dice de sí mismo</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>Models (ONNX files; none: the shipped model)</source>
        <translation>Modelos (archivos ONNX; ninguno: el modelo incluido)</translation>
    </message>
    <message>
        <source>Page about the models</source>
        <translation>Página sobre los modelos</translation>
    </message>
    <message>
        <source>Name and version</source>
        <translation>Nombre y versión</translation>
    </message>
    <message>
        <source>Size of a pixel, metres</source>
        <translation>Tamaño de un píxel, metros</translation>
    </message>
    <message>
        <source>Card of the first model, as JSON</source>
        <translation>Ficha del primer modelo, como JSON</translation>
    </message>
    <message>
        <source>Plot kinematic efficiency along strike</source>
        <translation>Dibujar la eficiencia cinemática a lo largo del rumbo</translation>
    </message>
    <message>
        <source>Zones to plot, semicolons between their names (none: the longest)</source>
        <translation>Zonas que dibujar, con punto y coma entre sus nombres (ninguna: las más largas)</translation>
    </message>
    <message>
        <source>Profiles of KE and OFD</source>
        <translation>Perfiles de KE y OFD</translation>
    </message>
    <message>
        <source>Number of zones plotted</source>
        <translation>Número de zonas dibujadas</translation>
    </message>
    <message>
        <source>Rasterize fault traces into strips</source>
        <translation>Rasterizar las trazas de falla en franjas</translation>
    </message>
    <message>
        <source>{folder} holds strips already, such as {name}. Choose an empty folder.</source>
        <translation>{folder} ya contiene franjas, por ejemplo {name}. Elija una carpeta vacía.</translation>
    </message>
    <message>
        <source>Folder for the GeoTIFFs</source>
        <translation>Carpeta para los GeoTIFF</translation>
    </message>
    <message>
        <source>Load the GeoTIFFs into the project</source>
        <translation>Cargar los GeoTIFF en el proyecto</translation>
    </message>
    <message>
        <source>Strips</source>
        <translation>Franjas</translation>
    </message>
    <message>
        <source>Number of strips</source>
        <translation>Número de franjas</translation>
    </message>
    <message>
        <source>{path} could not be written whole. Is the disk full?</source>
        <translation>{path} no se pudo escribir entero. ¿Está lleno el disco?</translation>
    </message>
    <message>
        <source>{count} strips in {folder}</source>
        <translation>{count} franjas en {folder}</translation>
    </message>
    <message>
        <source>{path} cannot be written ({error}).</source>
        <translation>No se puede escribir {path} ({error}).</translation>
    </message>
    <message>
        <source>Line thicknesses in pixels, a band each (none: {drawn})</source>
        <translation>Grosores de línea en píxeles, una banda cada uno (ninguno: {drawn})</translation>
    </message>
    <message>
        <source>Size of a pixel on the ground, metres (none: {size:g})</source>
        <translation>Tamaño de un píxel en el terreno, metros (ninguno: {size:g})</translation>
    </message>
    <message>
        <source>{count} rasters will be loaded.</source>
        <translation>Se cargarán {count} rásteres.</translation>
    </message>
    <message>
        <source>HTML files (*.html)</source>
        <translation>Archivos HTML (*.html)</translation>
    </message>
    <message>
        <source>Report: maps, profiles, flags, model, settings</source>
        <translation>Informe: mapas, perfiles, avisos, modelo, ajustes</translation>
    </message>
    <message>
        <source>{label}: ask for a report or a figure, or name none.</source>
        <translation>{label}: pida un informe o una figura, o no nombre ninguna.</translation>
    </message>
    <message>
        <source>A figure holds at most {most} zones, not {count}.</source>
        <translation>Una figura admite como mucho {most} zonas, no {count}.</translation>
    </message>
    <message>
        <source>Fault zones, a row each</source>
        <translation>Zonas de falla, una fila cada una</translation>
    </message>
    <message>
        <source>Profile along each zone</source>
        <translation>Perfil a lo largo de cada zona</translation>
    </message>
    <message>
        <source>Figure for papers: map and profile</source>
        <translation>Figura para publicaciones: mapa y perfil</translation>
    </message>
    <message>
        <source>Zones in report and figure, semicolons between their names (none: the longest)</source>
        <translation>Zonas en el informe y la figura, con punto y coma entre sus nombres (ninguna: las más largas)</translation>
    </message>
    <message>
        <source>The figure, as QGIS shows it</source>
        <translation>La figura, como la muestra QGIS</translation>
    </message>
    <message>
        <source>This QGIS comes without QtSvg; name the figure .svg instead of .png.</source>
        <translation>Este QGIS viene sin QtSvg; llame a la figura .svg en vez de .png.</translation>
    </message>
    <message>
        <source>PNG files (*.png);;SVG files (*.svg)</source>
        <translation>Archivos PNG (*.png);;Archivos SVG (*.svg)</translation>
    </message>
    <message>
        <source>{label}: the file&apos;s name must end with {endings}, not {path}.</source>
        <translation>{label}: el nombre del archivo debe terminar en {endings}, no {path}.</translation>
    </message>
    <message>
        <source> or </source>
        <translation> o </translation>
    </message>
    <message>
        <source>{path} cannot be written.</source>
        <translation>No se puede escribir {path}.</translation>
    </message>
    <message>
        <source>open a terminal and run: {command}</source>
        <translation>abra una terminal y ejecute: {command}</translation>
    </message>
    <message>
        <source>open the &quot;OSGeo4W Shell&quot; of this QGIS and run: {command}</source>
        <translation>abra la «OSGeo4W Shell» de este QGIS y ejecute: {command}</translation>
    </message>
    <message>
        <source>Size of a pixel on the ground, metres (none: the model&apos;s)</source>
        <translation>Tamaño de un píxel en el terreno, metros (ninguno: el del modelo)</translation>
    </message>
    <message>
        <source>How far moved copies of each window lie, pixels (0: no copies)</source>
        <translation>A qué distancia quedan las copias desplazadas de cada ventana, píxeles (0: sin copias)</translation>
    </message>
    <message>
        <source>Sense of slip (changes KE only for models and copies that tell mirror images)</source>
        <translation>Sentido de deslizamiento (solo cambia KE con modelos y copias que distinguen imágenes especulares)</translation>
    </message>
    <message>
        <source>Mirrored copies of each window (auto: none for models that answer them alike)</source>
        <translation>Copias reflejadas de cada ventana (auto: ninguna con modelos que las responden igual)</translation>
    </message>
    <message>
        <source>Generalize lines (auto: in strips too dense to be read as mapped)</source>
        <translation>Generalizar líneas (auto: en franjas demasiado densas para leerlas como están cartografiadas)</translation>
    </message>
    <message>
        <source>Model {label} runs on {engine}.</source>
        <translation>El modelo {label} se ejecuta con {engine}.</translation>
    </message>
    <message>
        <source>KE {ke_a} on map A, {ke_b} on map B</source>
        <translation>KE {ke_a} en el mapa A, {ke_b} en el mapa B</translation>
    </message>
    <message>
        <source>interval {low} to {high}</source>
        <translation>intervalo de {low} a {high}</translation>
    </message>
    <message>
        <source>no interval</source>
        <translation>sin intervalo</translation>
    </message>
    <message>
        <source>no KE</source>
        <translation>sin KE</translation>
    </message>
    <message>
        <source>flagged: look twice</source>
        <translation>con avisos: mírese dos veces</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>desconocido</translation>
    </message>
    <message>
        <source>takes more than 0.02</source>
        <translation>resta más de 0.02</translation>
    </message>
    <message>
        <source>takes 0.01 to 0.02</source>
        <translation>resta de 0.01 a 0.02</translation>
    </message>
    <message>
        <source>takes 0.004 to 0.01</source>
        <translation>resta de 0.004 a 0.01</translation>
    </message>
    <message>
        <source>takes 0.001 to 0.004</source>
        <translation>resta de 0.001 a 0.004</translation>
    </message>
    <message>
        <source>next to nothing</source>
        <translation>casi nada</translation>
    </message>
    <message>
        <source>adds 0.001 to 0.004</source>
        <translation>suma de 0.001 a 0.004</translation>
    </message>
    <message>
        <source>adds 0.004 to 0.01</source>
        <translation>suma de 0.004 a 0.01</translation>
    </message>
    <message>
        <source>adds 0.01 to 0.02</source>
        <translation>suma de 0.01 a 0.02</translation>
    </message>
    <message>
        <source>adds 0.02 or more</source>
        <translation>suma 0.02 o más</translation>
    </message>
    <message>
        <source>gains more than 0.02</source>
        <translation>gana más de 0.02</translation>
    </message>
    <message>
        <source>gains 0.005 to 0.02</source>
        <translation>gana de 0.005 a 0.02</translation>
    </message>
    <message>
        <source>as a straight fault</source>
        <translation>como una falla recta</translation>
    </message>
    <message>
        <source>loses 0.005 to 0.02</source>
        <translation>pierde de 0.005 a 0.02</translation>
    </message>
    <message>
        <source>loses 0.02 to 0.04</source>
        <translation>pierde de 0.02 a 0.04</translation>
    </message>
    <message>
        <source>loses 0.04 to 0.06</source>
        <translation>pierde de 0.04 a 0.06</translation>
    </message>
    <message>
        <source>loses 0.06 or more</source>
        <translation>pierde 0.06 o más</translation>
    </message>
    <message>
        <source>carries more than 0.2 of KE</source>
        <translation>lleva más de 0.2 de KE</translation>
    </message>
    <message>
        <source>carries 0.1 to 0.2</source>
        <translation>lleva de 0.1 a 0.2</translation>
    </message>
    <message>
        <source>carries 0.05 to 0.1</source>
        <translation>lleva de 0.05 a 0.1</translation>
    </message>
    <message>
        <source>carries 0.01 to 0.05</source>
        <translation>lleva de 0.01 a 0.05</translation>
    </message>
    <message>
        <source>makes no difference</source>
        <translation>no cambia nada</translation>
    </message>
    <message>
        <source>costs 0.01 to 0.05</source>
        <translation>cuesta de 0.01 a 0.05</translation>
    </message>
    <message>
        <source>costs 0.05 or more</source>
        <translation>cuesta 0.05 o más</translation>
    </message>
    <message>
        <source>KE falls by more than 0.30</source>
        <translation>KE baja más de 0.30</translation>
    </message>
    <message>
        <source>falls by 0.15 - 0.30</source>
        <translation>baja 0.15 - 0.30</translation>
    </message>
    <message>
        <source>falls by 0.05 - 0.15</source>
        <translation>baja 0.05 - 0.15</translation>
    </message>
    <message>
        <source>changes by less than 0.05</source>
        <translation>cambia menos de 0.05</translation>
    </message>
    <message>
        <source>rises by 0.05 - 0.15</source>
        <translation>sube 0.05 - 0.15</translation>
    </message>
    <message>
        <source>rises by 0.15 - 0.30</source>
        <translation>sube 0.15 - 0.30</translation>
    </message>
    <message>
        <source>KE rises by more than 0.30</source>
        <translation>KE sube más de 0.30</translation>
    </message>
    <message>
        <source>in a zone</source>
        <translation>en una zona</translation>
    </message>
    <message>
        <source>in no zone</source>
        <translation>en ninguna zona</translation>
    </message>
    <message>
        <source>no flag to come</source>
        <translation>ningún aviso previsto</translation>
    </message>
    <message>
        <source>flags to come</source>
        <translation>avisos previstos</translation>
    </message>
    <message>
        <source>no KE to come</source>
        <translation>ninguna KE prevista</translation>
    </message>
    <message>
        <source>Sample faults (made up)</source>
        <translation>Fallas de muestra (inventadas)</translation>
    </message>
    <message>
        <source>Zone field of the sample: zone_name. Try ssf in the Processing toolbox.</source>
        <translation>Campo de zona de la muestra: zone_name. Pruebe ssf en la caja de herramientas de Procesos.</translation>
    </message>
    <message>
        <source>The model of ssf</source>
        <translation>El modelo de ssf</translation>
    </message>
    <message>
        <source>Load the sample map</source>
        <translation>Cargar el mapa de muestra</translation>
    </message>
    <message>
        <source>Apply ssf style to the selected layers</source>
        <translation>Aplicar el estilo de ssf a las capas seleccionadas</translation>
    </message>
    <message>
        <source>About the model</source>
        <translation>Acerca del modelo</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <source>The sample map is not there. Install the plugin again.</source>
        <translation>No se encuentra el mapa de muestra. Instale el complemento de nuevo.</translation>
    </message>
    <message>
        <source>Select layers that ssf made: their columns tell the style.</source>
        <translation>Seleccione capas hechas por ssf: sus columnas indican el estilo.</translation>
    </message>
    <message>
        <source>The sample map cannot be opened: {path}</source>
        <translation>No se puede abrir el mapa de muestra: {path}</translation>
    </message>
    <message>
        <source>Layers with the style of ssf: {count}.</source>
        <translation>Capas con el estilo de ssf: {count}.</translation>
    </message>
    <message>
        <source>Field that names zones which are found, without making them</source>
        <translation>Campo que nombra las zonas que se encuentran, sin formarlas</translation>
    </message>
    <message>
        <source>Refuse what would be skipped or unknown otherwise</source>
        <translation>Rechazar lo que de otro modo se omitiría o sería desconocido</translation>
    </message>
    <message>
        <source>Slip types of your own: a text file with lines such as &quot;word = dextral&quot;</source>
        <translation>Tipos de deslizamiento propios: un archivo de texto con líneas como «palabra = dextral»</translation>
    </message>
    <message>
        <source>Active strike-slip fault traces</source>
        <translation>Trazas de fallas transcurrentes (de rumbo) activas</translation>
    </message>
    <message>
        <source>{label}: {text} may be one number or two. Write {whole}.{rest} for one, {whole};{rest} for two.</source>
        <translation>{label}: {text} puede ser un número o dos. Escriba {whole}.{rest} para uno, {whole};{rest} para dos.</translation>
    </message>
    <message>
        <source>Finding fault zones and laying strips ...</source>
        <translation>Buscando zonas de falla y colocando franjas ...</translation>
    </message>
    <message>
        <source>Field that names the fault zone</source>
        <translation>Campo que nombra la zona de falla</translation>
    </message>
    <message>
        <source>Field with the rake, degrees (0 sinistral, 180 dextral, 90 reverse)</source>
        <translation>Campo con el ángulo de deslizamiento o rake, grados (0 sinistral, 180 dextral, 90 inversa)</translation>
    </message>
    <message>
        <source>Field with the slip type, such as dextral or normal</source>
        <translation>Campo con el tipo de deslizamiento, como dextral o normal</translation>
    </message>
    <message>
        <source>Field with the dip, degrees</source>
        <translation>Campo con el buzamiento, grados</translation>
    </message>
    <message>
        <source>Reading {layer} ...</source>
        <translation>Leyendo {layer} ...</translation>
    </message>
    <message>
        <source>{label}: this is one of {choices}, as a word; {value} is not.</source>
        <translation>{label}: es una de estas palabras: {choices}; {value} no lo es.</translation>
    </message>
    <message>
        <source>Strike-slip faults (ssf)</source>
        <translation>Fallas transcurrentes (ssf)</translation>
    </message>
    <message>
        <source>Written as text: {names}.</source>
        <translation>Se escriben como texto: {names}.</translation>
    </message>
    <message>
        <source>{key}: {file} could not be written whole, {there} of {count} features are there. Is the disk full?</source>
        <translation>{key}: {file} no se pudo escribir entero, hay {there} de {count} objetos. ¿Está lleno el disco?</translation>
    </message>
    <message>
        <source>Feature {number} has a place outside the area of its CRS.</source>
        <translation>El objeto {number} tiene un lugar fuera del ámbito de su SRC.</translation>
    </message>
    <message>
        <source>Feature {number} is no window: a window is one polygon.</source>
        <translation>El objeto {number} no es una ventana: una ventana es un polígono.</translation>
    </message>
    <message>
        <source>Feature {number} is a polygon; KE is joined to points and lines.</source>
        <translation>El objeto {number} es un polígono; KE se une a puntos y líneas.</translation>
    </message>
    <message>
        <source>Fault zone</source>
        <translation>Zona de falla</translation>
    </message>
    <message>
        <source>Fault pixels on map B</source>
        <translation>Píxeles de falla en el mapa B</translation>
    </message>
    <message>
        <source>No fault trace in the window: KE is NULL.</source>
        <translation>No hay traza de falla en la ventana: KE es NULL.</translation>
    </message>
    <message>
        <source>The traces lie more than 10 pixels from the window&apos;s middle row; KE comes out too low. Beyond 20 pixels KE is NULL.</source>
        <translation>Las trazas están a más de 10 píxeles de la fila media de la ventana; KE resulta demasiado baja. A más de 20 píxeles KE es NULL.</translation>
    </message>
    <message>
        <source>The traces run at more than 10 degrees to the window; KE comes out too low. Beyond 20 degrees KE is NULL.</source>
        <translation>Las trazas forman más de 10 grados con la ventana; KE resulta demasiado baja. A más de 20 grados KE es NULL.</translation>
    </message>
    <message>
        <source>Fewer fault pixels than 99 % of the training windows have.</source>
        <translation>Menos píxeles de falla que el 99 % de las ventanas de entrenamiento.</translation>
    </message>
    <message>
        <source>The map is unlike those that the model learned from: more fault pixels, or such a number of pieces, strands or covered columns, or such a spread across strike, as only 1 % of the training windows have. With half as many fault pixels again, more than any of them has, KE is NULL.</source>
        <translation>El mapa no se parece a aquellos de los que aprendió el modelo: más píxeles de falla, o un número de piezas, ramales o columnas cubiertas, o una dispersión de través al rumbo, como solo tiene el 1 % de las ventanas de entrenamiento. Con una mitad más de píxeles de falla, más que ninguna de ellas, KE es NULL.</translation>
    </message>
    <message>
        <source>Half of the trace length or more is drawn in straight stretches longer than 10 pixels (1 km): bends and steps that KE depends on may be missing. A model that is told how finely a map is drawn says so by a wider interval; with any other KE comes out too high, and there is no interval.</source>
        <translation>La mitad o más de la longitud de traza está dibujada en tramos rectos de más de 10 píxeles (1 km): pueden faltar inflexiones y relevos de los que depende KE. Un modelo al que se indica con qué detalle está dibujado el mapa lo expresa con un intervalo más ancho; con cualquier otro KE resulta demasiado alta y no hay intervalo.</translation>
    </message>
    <message>
        <source>More than a quarter of the trace length is not mainly strike-slip by its rake, slip type or dip; KE is about slip along strike alone. Where nine tenths are normal or reverse by rake or slip type KE is NULL.</source>
        <translation>Más de un cuarto de la longitud de traza no es sobre todo transcurrente por su rake, tipo de deslizamiento o buzamiento; KE trata solo del deslizamiento a lo largo del rumbo. Donde nueve décimos son normales o inversos por rake o tipo de deslizamiento, KE es NULL.</translation>
    </message>
    <message>
        <source>No sense of slip is known for the traces around the window; they were read as dextral (with all four mirror images, or a model that answers them alike, KE is the same for both senses).</source>
        <translation>No se conoce el sentido de deslizamiento de las trazas en torno a la ventana; se leyeron como dextrales (con las cuatro imágenes especulares, o con un modelo que las responde igual, KE es la misma para ambos sentidos).</translation>
    </message>
    <message>
        <source>The mapped zone is shorter than the window, which reaches past its ends: KE is NULL, since a straight fault a kilometre too short would seem half as efficient.</source>
        <translation>La zona cartografiada es más corta que la ventana, que rebasa sus extremos: KE es NULL, pues una falla recta a la que falta un kilómetro parecería la mitad de eficiente.</translation>
    </message>
    <message>
        <source>Trace of another zone, or part of one, as long as 10 pixels or more runs through the window; KE knows nothing of it. The column others has its share.</source>
        <translation>Por la ventana pasa traza de otra zona, o parte de una, de 10 píxeles o más; KE no sabe nada de ella. La columna others tiene su parte.</translation>
    </message>
    <message>
        <source>Trace of another zone runs within 2 pixels of this one&apos;s for 20 pixels or more, as where two sources draw one fault: it may count twice.</source>
        <translation>Traza de otra zona corre a menos de 2 píxeles de la de esta durante 20 píxeles o más, como donde dos fuentes dibujan una misma falla: puede contar dos veces.</translation>
    </message>
    <message>
        <source>The network&apos;s output was above 1.05, which no experiment can have, as for strands far apart: KE is NULL and ke_raw keeps the output.</source>
        <translation>La salida de la red fue mayor que 1.05, lo que ningún experimento puede tener, como con ramales muy separados: KE es NULL y ke_raw conserva la salida.</translation>
    </message>
    <message>
        <source>The network&apos;s output was above 1 or below 0; KE is 1 or 0 and ke_raw keeps the output.</source>
        <translation>La salida de la red fue mayor que 1 o menor que 0; KE es 1 o 0 y ke_raw conserva la salida.</translation>
    </message>
    <message>
        <source>The lines were generalized to what a camera of the experiments would see, since a window of the strip is denser than any experiment, or since you asked for it. KE rests on slip being shared equally by strands beside each other.</source>
        <translation>Las líneas se generalizaron a lo que vería una cámara de los experimentos, porque una ventana de la franja es más densa que cualquier experimento o porque usted lo pidió. KE supone que los ramales paralelos se reparten el deslizamiento por igual.</translation>
    </message>
    <message>
        <source>Strip</source>
        <translation>Franja</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Ventana</translation>
    </message>
    <message>
        <source>Place along zone (km)</source>
        <translation>Lugar a lo largo de la zona (km)</translation>
    </message>
    <message>
        <source>KE</source>
        <translation>KE</translation>
    </message>
    <message>
        <source>OFD</source>
        <translation>OFD</translation>
    </message>
    <message>
        <source>KE, lower end of interval</source>
        <translation>KE, extremo inferior del intervalo</translation>
    </message>
    <message>
        <source>KE, upper end of interval</source>
        <translation>KE, extremo superior del intervalo</translation>
    </message>
    <message>
        <source>KE, 5th percentile of ensemble</source>
        <translation>KE, percentil 5 del conjunto</translation>
    </message>
    <message>
        <source>KE, 95th percentile of ensemble</source>
        <translation>KE, percentil 95 del conjunto</translation>
    </message>
    <message>
        <source>KE before clipping</source>
        <translation>KE antes de recortar</translation>
    </message>
    <message>
        <source>KE moved by line thickness</source>
        <translation>KE movida por el grosor de línea</translation>
    </message>
    <message>
        <source>KE moved by mirroring</source>
        <translation>KE movida por la reflexión</translation>
    </message>
    <message>
        <source>KE moved by place</source>
        <translation>KE movida por el lugar</translation>
    </message>
    <message>
        <source>KE moved by pixel size</source>
        <translation>KE movida por el tamaño de píxel</translation>
    </message>
    <message>
        <source>KE moved by model</source>
        <translation>KE movida por el modelo</translation>
    </message>
    <message>
        <source>Members of ensemble</source>
        <translation>Miembros del conjunto</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>Avisos</translation>
    </message>
    <message>
        <source>Fault pixels</source>
        <translation>Píxeles de falla</translation>
    </message>
    <message>
        <source>Generalized (1: yes)</source>
        <translation>Generalizada (1: sí)</translation>
    </message>
    <message>
        <source>Share of other zones&apos; trace</source>
        <translation>Parte de traza de otras zonas</translation>
    </message>
    <message>
        <source>Trend (degrees)</source>
        <translation>Rumbo general (grados)</translation>
    </message>
    <message>
        <source>Sense of slip</source>
        <translation>Sentido de deslizamiento</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modelo</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Línea</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>Hallazgo</translation>
    </message>
    <message>
        <source>Feature or window</source>
        <translation>Objeto o ventana</translation>
    </message>
    <message>
        <source>Distance from middle line (km)</source>
        <translation>Distancia a la línea media (km)</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Otro</translation>
    </message>
    <message>
        <source>Length (m)</source>
        <translation>Longitud (m)</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Significado</translation>
    </message>
    <message>
        <source>KE to come (1: yes)</source>
        <translation>KE prevista (1: sí)</translation>
    </message>
    <message>
        <source>From (km)</source>
        <translation>Desde (km)</translation>
    </message>
    <message>
        <source>To (km)</source>
        <translation>Hasta (km)</translation>
    </message>
    <message>
        <source>Trace lines</source>
        <translation>Líneas de traza</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Least KE</source>
        <translation>Menor KE</translation>
    </message>
    <message>
        <source>Greatest KE</source>
        <translation>Mayor KE</translation>
    </message>
    <message>
        <source>Share inside windows</source>
        <translation>Parte dentro de ventanas</translation>
    </message>
    <message>
        <source>Pixel size (m)</source>
        <translation>Tamaño de píxel (m)</translation>
    </message>
    <message>
        <source>Moved along strike (pixels)</source>
        <translation>Desplazada a lo largo del rumbo (píxeles)</translation>
    </message>
    <message>
        <source>Moved across strike (pixels)</source>
        <translation>Desplazada de través al rumbo (píxeles)</translation>
    </message>
    <message>
        <source>Line thickness (pixels)</source>
        <translation>Grosor de línea (píxeles)</translation>
    </message>
    <message>
        <source>Mirror image</source>
        <translation>Imagen especular</translation>
    </message>
    <message>
        <source>Length (km)</source>
        <translation>Longitud (km)</translation>
    </message>
    <message>
        <source>Mean KE</source>
        <translation>KE media</translation>
    </message>
    <message>
        <source>Mean OFD</source>
        <translation>OFD media</translation>
    </message>
    <message>
        <source>Median KE</source>
        <translation>KE mediana</translation>
    </message>
    <message>
        <source>Median OFD</source>
        <translation>OFD mediana</translation>
    </message>
    <message>
        <source>Share flagged</source>
        <translation>Parte con avisos</translation>
    </message>
    <message>
        <source>Longitude</source>
        <translation>Longitud geográfica</translation>
    </message>
    <message>
        <source>Latitude</source>
        <translation>Latitud</translation>
    </message>
    <message>
        <source>KE on map A</source>
        <translation>KE en el mapa A</translation>
    </message>
    <message>
        <source>KE on map B</source>
        <translation>KE en el mapa B</translation>
    </message>
    <message>
        <source>Change of KE</source>
        <translation>Cambio de KE</translation>
    </message>
    <message>
        <source>Change, 5th percentile</source>
        <translation>Cambio, percentil 5</translation>
    </message>
    <message>
        <source>Change, 95th percentile</source>
        <translation>Cambio, percentil 95</translation>
    </message>
    <message>
        <source>Share of members that agree</source>
        <translation>Parte de miembros que coinciden</translation>
    </message>
    <message>
        <source>Changed pixels</source>
        <translation>Píxeles cambiados</translation>
    </message>
    <message>
        <source>Flags on map A</source>
        <translation>Avisos en el mapa A</translation>
    </message>
    <message>
        <source>Flags on map B</source>
        <translation>Avisos en el mapa B</translation>
    </message>
    <message>
        <source>Fault pixels on map A</source>
        <translation>Píxeles de falla en el mapa A</translation>
    </message>
    <message>
        <source>Sense of slip, map A</source>
        <translation>Sentido de deslizamiento, mapa A</translation>
    </message>
    <message>
        <source>Sense of slip, map B</source>
        <translation>Sentido de deslizamiento, mapa B</translation>
    </message>
    <message>
        <source>Row of cell</source>
        <translation>Fila de la celda</translation>
    </message>
    <message>
        <source>Column of cells</source>
        <translation>Columna de celdas</translation>
    </message>
    <message>
        <source>Added to KE</source>
        <translation>Sumado a KE</translation>
    </message>
    <message>
        <source>Added by a straight fault</source>
        <translation>Sumado por una falla recta</translation>
    </message>
    <message>
        <source>KE lost</source>
        <translation>KE perdida</translation>
    </message>
    <message>
        <source>Stretch</source>
        <translation>Tramo</translation>
    </message>
    <message>
        <source>Feature</source>
        <translation>Objeto</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Objetos</translation>
    </message>
    <message>
        <source>KE without the stretch</source>
        <translation>KE sin el tramo</translation>
    </message>
    <message>
        <source>Largest change of KE in a window</source>
        <translation>Mayor cambio de KE en una ventana</translation>
    </message>
    <message>
        <source>Window with the largest change</source>
        <translation>Ventana con el mayor cambio</translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation>duplicada</translation>
    </message>
    <message>
        <source>near miss</source>
        <translation>casi se tocan</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>hueco</translation>
    </message>
    <message>
        <source>stray</source>
        <translation>suelta</translation>
    </message>
    <message>
        <source>coarse</source>
        <translation>poco detallada</translation>
    </message>
    <message>
        <source>not strike slip</source>
        <translation>no transcurrente</translation>
    </message>
    <message>
        <source>other zone</source>
        <translation>otra zona</translation>
    </message>
    <message>
        <source>Kinematic efficiency (KE) and off-fault deformation (OFD = 1 - KE) estimated from the map pattern of fault traces by a network trained on one analogue material. A screening estimate, not an input to hazard analysis.</source>
        <translation>Eficiencia cinemática (KE) y deformación fuera de falla (OFD = 1 - KE) estimadas a partir del patrón cartográfico de las trazas de falla por una red entrenada con un solo material análogo. Una estimación orientativa, no un dato para análisis de peligrosidad.</translation>
    </message>
    <message>
        <source>The maps do not differ in any window. Windows lie inside the zones of map A: to see what lies between two zones or past their ends, draw guide lines or use a zone field.</source>
        <translation>Los mapas no difieren en ninguna ventana. Las ventanas están dentro de las zonas del mapa A: para ver qué hay entre dos zonas o más allá de sus extremos, dibuje líneas guía o use un campo de zona.</translation>
    </message>
    <message>
        <source>What runs the models (auto: the faster one, NumPy for models that ssf exports)</source>
        <translation>Qué ejecuta los modelos (auto: lo más rápido, NumPy con los modelos que ssf exporta)</translation>
    </message>
    <message>
        <source>KE here is a screening estimate learned from one analogue material (wet kaolin), not an input to hazard analysis. Rank fault segments with it, and check against field data.</source>
        <translation>KE es aquí una estimación orientativa aprendida de un solo material análogo (caolín húmedo), no un dato para análisis de peligrosidad. Sirve para ordenar segmentos de falla; contrástela con datos de campo.</translation>
    </message>
    <message>
        <source>Estimates, from the map pattern of active strike-slip faults alone, &lt;b&gt;kinematic efficiency (KE)&lt;/b&gt;: slip carried by faults / total displacement across the zone. &lt;b&gt;Off-fault deformation (OFD)&lt;/b&gt; is 1 - KE. Zones of echelon faults have a low KE, smooth through-going faults a high one.</source>
        <translation>Estima, solo a partir del patrón cartográfico de fallas transcurrentes (de rumbo) activas, la &lt;b&gt;eficiencia cinemática (KE)&lt;/b&gt;: deslizamiento en las fallas / desplazamiento total a través de la zona. La &lt;b&gt;deformación fuera de falla (OFD)&lt;/b&gt; es 1 - KE. Las zonas de fallas en échelon tienen una KE baja; las fallas continuas y lisas, alta.</translation>
    </message>
    <message>
        <source>The traces are drawn into windows of 6.4 km along and 12.8 km across each zone, and a small neural network that learned from simulated clay-box experiments reads them (after Chaipornkaew and others, 2022, doi 10.1029/2021GL096854).</source>
        <translation>Las trazas se dibujan en ventanas de 6.4 km a lo largo y 12.8 km a través de cada zona, y las lee una pequeña red neuronal que aprendió de experimentos simulados en cajas de arcilla (según Chaipornkaew y otros, 2022, doi 10.1029/2021GL096854).</translation>
    </message>
    <message>
        <source>Needed are the &lt;b&gt;traces&lt;/b&gt; alone. A &lt;b&gt;field that names the fault zone&lt;/b&gt; is better than zones that are found. Check the map first, with &lt;i&gt;Check fault traces before estimating&lt;/i&gt;. Rest the mouse on a parameter to read what it means.</source>
        <translation>Solo hacen falta las &lt;b&gt;trazas&lt;/b&gt;. Un &lt;b&gt;campo que nombra la zona de falla&lt;/b&gt; es mejor que zonas halladas. Revise antes el mapa con &lt;i&gt;Revisar las trazas de falla antes de estimar&lt;/i&gt;. Deje el ratón sobre un parámetro para leer qué significa.</translation>
    </message>
    <message>
        <source>Estimates kinematic efficiency (KE) of a fault map that is in pixels: a laboratory&apos;s, or a scanned and classified one. Its faults are reduced to their centre lines; these are estimated exactly as traces are by &lt;i&gt;Estimate kinematic efficiency&lt;/i&gt;, whose help explains KE and the flags.</source>
        <translation>Estima la eficiencia cinemática (KE) de un mapa de fallas que está en píxeles: el de un laboratorio, o uno escaneado y clasificado. Sus fallas se reducen a sus líneas medias; estas se estiman exactamente como las trazas en &lt;i&gt;Estimar la eficiencia cinemática&lt;/i&gt;, cuya ayuda explica KE y los avisos.</translation>
    </message>
    <message>
        <source>Look at the &lt;b&gt;lines&lt;/b&gt; that were made of the raster before you trust a KE.</source>
        <translation>Mire las &lt;b&gt;líneas&lt;/b&gt; que se hicieron del ráster antes de fiarse de una KE.</translation>
    </message>
    <message>
        <source>Shows what each part of a fault map does to kinematic efficiency (KE): which step, gap or bend costs efficiency, and which strand carries it. The traces are read as by &lt;i&gt;Estimate kinematic efficiency&lt;/i&gt;, whose help explains KE. Red is less KE on every layer.</source>
        <translation>Muestra qué hace cada parte de un mapa de fallas con la eficiencia cinemática (KE): qué relevo, hueco o inflexión cuesta eficiencia, y qué ramal la lleva. Las trazas se leen como en &lt;i&gt;Estimar la eficiencia cinemática&lt;/i&gt;, cuya ayuda explica KE. Rojo es menos KE en todas las capas.</translation>
    </message>
    <message>
        <source>Windows whose KE is unknown are not explained. Contributions are defined for networks that end in one linear map, as the shipped one does; stretches can be had for any. Both say what the &lt;i&gt;network&lt;/i&gt; reads from the map, not what the crust would do if a fault were not there.</source>
        <translation>Las ventanas cuya KE se desconoce no se explican. Las contribuciones se definen para redes que terminan en una aplicación lineal, como la incluida; los tramos se obtienen con cualquiera. Ambos dicen lo que la &lt;i&gt;red&lt;/i&gt; lee del mapa, no lo que haría la corteza si una falla no estuviera.</translation>
    </message>
    <message>
        <source>Says how kinematic efficiency (KE) changes from one map of a fault zone to another: what if a step were linked, a strand were not active, or somebody else&apos;s map were right? Both maps are read in the windows of map A, by the same members of the ensemble. All parameters but those of map B concern map A; fields with rake, slip type and dip must be on both.</source>
        <translation>Dice cómo cambia la eficiencia cinemática (KE) de un mapa de una zona de falla a otro: ¿y si un relevo estuviera enlazado, un ramal no fuera activo, o el mapa de otra persona fuera el correcto? Ambos mapas se leen en las ventanas del mapa A, con los mismos miembros del conjunto. Todos los parámetros menos los del mapa B se refieren al mapa A; los campos con rake, tipo de deslizamiento y buzamiento deben estar en ambos.</translation>
    </message>
    <message>
        <source>Lines that are reversed, split or drawn with more vertices change nothing. Vertices every 400 m that are moved at random by 25 m (a quarter of a pixel) changed KE by up to 0.05: do not read meaning into less. A number in brackets on a window means that more than one member in twenty sees a change to the other side.</source>
        <translation>Invertir o dividir líneas, o dibujarlas con más vértices, no cambia nada. Vértices cada 400 m movidos al azar 25 m (un cuarto de píxel) cambiaron KE hasta en 0.05: no dé significado a menos. Un número entre paréntesis en una ventana indica que más de un miembro de cada veinte ve un cambio hacia el otro lado.</translation>
    </message>
    <message>
        <source>Shows how a fault map will be cut: its fault zones, the guide lines fitted to them, and the windows along these, exactly as &lt;i&gt;Estimate kinematic efficiency&lt;/i&gt; lays them. Nothing is estimated, so it takes seconds.</source>
        <translation>Muestra cómo se cortará un mapa de fallas: sus zonas de falla, las líneas guía ajustadas a ellas y las ventanas a lo largo de estas, exactamente como las coloca &lt;i&gt;Estimar la eficiencia cinemática&lt;/i&gt;. No se estima nada, así que tarda segundos.</translation>
    </message>
    <message>
        <source>Where a guide line does not follow the zone as a whole, edit it and give the layer back as &lt;b&gt;guide lines&lt;/b&gt;. Where a trace is in the wrong zone, correct the column zone and give it as &lt;b&gt;zone field&lt;/b&gt;.</source>
        <translation>Donde una línea guía no siga la zona en su conjunto, edítela y devuelva la capa como &lt;b&gt;líneas guía&lt;/b&gt;. Donde una traza esté en una zona equivocada, corrija la columna zone y désela como &lt;b&gt;campo de zona&lt;/b&gt;.</translation>
    </message>
    <message>
        <source>The parameters are those of an estimate; they decide which flags come. The log sums up.</source>
        <translation>Los parámetros son los de una estimación; de ellos depende qué avisos aparecen. El registro lo resume.</translation>
    </message>
    <message>
        <source>Shows the card that every model of ssf carries: what it was trained on, how well it does on experiments that it never saw, how far its interval can be trusted, and at which scale it reads. The page opens in the Results Viewer; the log has the main facts.</source>
        <translation>Muestra la ficha que lleva cada modelo de ssf: con qué se entrenó, cómo acierta en experimentos que nunca vio, hasta dónde se puede confiar en su intervalo y a qué escala lee. La página se abre en el visor de resultados; el registro tiene los datos principales.</translation>
    </message>
    <message>
        <source>Plots kinematic efficiency (KE, left axis) and off-fault deformation (OFD, right axis) along the strike of each fault zone, from a layer of windows that &lt;i&gt;Estimate kinematic efficiency&lt;/i&gt; wrote. The plots open in the Results Viewer.</source>
        <translation>Dibuja la eficiencia cinemática (KE, eje izquierdo) y la deformación fuera de falla (OFD, eje derecho) a lo largo del rumbo de cada zona de falla, a partir de una capa de ventanas que escribió &lt;i&gt;Estimar la eficiencia cinemática&lt;/i&gt;. Los gráficos se abren en el visor de resultados.</translation>
    </message>
    <message>
        <source>Gives every point or line of a layer, such as displacement measurements, other people&apos;s traces or cities, the kinematic efficiency (KE) of the windows in which it lies.</source>
        <translation>Da a cada punto o línea de una capa, como medidas de desplazamiento, trazas de otras personas o ciudades, la eficiencia cinemática (KE) de las ventanas en que se encuentra.</translation>
    </message>
    <message>
        <source>A place in several windows belongs to the zone whose middle line is nearest, and there to the window whose middle is nearest along strike. A line is asked every 100 m.</source>
        <translation>Un lugar en varias ventanas pertenece a la zona cuya línea media está más cerca, y en ella a la ventana cuyo centro está más cerca a lo largo del rumbo. Una línea se consulta cada 100 m.</translation>
    </message>
    <message>
        <source>Draws fault traces into strips as the network sees lines as mapped: one GeoTIFF a strip, 1 on a trace and 0 elsewhere, columns along the fault zone and rows across it, so rotated on the map. Strips that &lt;i&gt;Estimate kinematic efficiency&lt;/i&gt; generalizes look different to the network.</source>
        <translation>Dibuja las trazas de falla en franjas, como la red ve las líneas cartografiadas: un GeoTIFF por franja, 1 sobre una traza y 0 en lo demás, con columnas a lo largo de la zona de falla y filas a través, así que girado en el mapa. Las franjas que &lt;i&gt;Estimar la eficiencia cinemática&lt;/i&gt; generaliza se ven distintas para la red.</translation>
    </message>
    <message>
        <source>Use it to check which traces fall into a window, or to read the maps with other programs.</source>
        <translation>Úselo para comprobar qué trazas caen en una ventana, o para leer los mapas con otros programas.</translation>
    </message>
    <message>
        <source>good and bad windows</source>
        <translation>ventanas buenas y malas</translation>
    </message>
    <message>
        <source>how to digitize</source>
        <translation>cómo digitalizar</translation>
    </message>
    <message>
        <source>columns</source>
        <translation>columnas</translation>
    </message>
    <message>
        <source>Echelon faults: a low KE. A fault that goes through: a high one.</source>
        <translation>Fallas en échelon: KE baja. Una falla continua: KE alta.</translation>
    </message>
    <message>
        <source>A window that can be read, and one whose fault zone ends in it: no KE.</source>
        <translation>Una ventana que se puede leer, y otra en la que termina su zona de falla: sin KE.</translation>
    </message>
    <message>
        <source>every parameter and output</source>
        <translation>cada parámetro y cada salida</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Más</translation>
    </message>
    <message>
        <source>Flags: when to look twice</source>
        <translation>Avisos: cuándo mirar dos veces</translation>
    </message>
    <message>
        <source>Lines of active strike-slip faults, in any coordinate reference system that can be placed on Earth. Multipart lines, curves and selections work; points, empty and broken features are skipped with a count. Leave out dip-slip faults, folds, joints and cross faults.</source>
        <translation>Líneas de fallas transcurrentes (de rumbo) activas, en cualquier sistema de referencia de coordenadas que se pueda situar en la Tierra. Sirven líneas multiparte, curvas y selecciones; los puntos y los objetos vacíos o rotos se omiten y se cuentan. Deje fuera fallas de deslizamiento según el buzamiento, pliegues, diaclasas y fallas transversales.</translation>
    </message>
    <message>
        <source>Traces with the same value are one fault zone. Without it, and for traces without a value, zones are found from gaps and directions.</source>
        <translation>Las trazas con el mismo valor son una zona de falla. Sin él, y para las trazas sin valor, las zonas se hallan por huecos y direcciones.</translation>
    </message>
    <message>
        <source>One smooth line along each fault zone, which windows follow; each line is a zone. It must follow the zone as a whole, never each trace: bends and steps are what the network reads. Without them guide lines are fitted.</source>
        <translation>Una línea suave a lo largo de cada zona de falla, que las ventanas siguen; cada línea es una zona. Debe seguir la zona en su conjunto, nunca cada traza: inflexiones y relevos son lo que la red lee. Sin ellas se ajustan líneas guía.</translation>
    </message>
    <message>
        <source>One azimuth for all zones, in place of guide lines; windows are laid along it.</source>
        <translation>Un acimut para todas las zonas, en lugar de líneas guía; las ventanas se colocan a lo largo de él.</translation>
    </message>
    <message>
        <source>Zones are found from gaps and directions, and each is called by the value of this field that most of its labelled length has.</source>
        <translation>Las zonas se hallan por huecos y direcciones, y cada una se llama como el valor de este campo que tiene la mayor parte de su longitud con nombre.</translation>
    </message>
    <message>
        <source>Features without a trace, and words and numbers that cannot be understood, are skipped or unknown, with counts in the log. Switched on, the first such case ends the run.</source>
        <translation>Los objetos sin traza se omiten, y las palabras y números que no se entienden son desconocidos, con recuentos en el registro. Activado, el primer caso así termina la ejecución.</translation>
    </message>
    <message>
        <source>ONNX files made by ssf&apos;s training package; the shipped model if none is given. Of several the median counts, and their disagreement is part of the spread.</source>
        <translation>Archivos ONNX hechos con el paquete de entrenamiento de ssf; el modelo incluido si no se da ninguno. De varios cuenta la mediana, y su desacuerdo forma parte de la dispersión.</translation>
    </message>
    <message>
        <source>Metres of crust for a pixel. A window is 64 pixels along and 128 across the zone, and 1 cm of clay is 10 pixels.</source>
        <translation>Metros de corteza por píxel. Una ventana tiene 64 píxeles a lo largo y 128 a través de la zona, y 1 cm de arcilla son 10 píxeles.</translation>
    </message>
    <message>
        <source>Each window is also read around the same middle at these sizes, since the scale of the experiment is known to a factor of two only. There is no interval then.</source>
        <translation>Cada ventana se lee también, en torno al mismo centro, con estos tamaños, pues la escala del experimento solo se conoce dentro de un factor de dos. Entonces no hay intervalo.</translation>
    </message>
    <message>
        <source>Each window is drawn with lines of each of these widths; more members of the ensemble. There is no interval but for the model&apos;s own widths.</source>
        <translation>Cada ventana se dibuja con líneas de cada uno de estos anchos; son más miembros del conjunto. Solo hay intervalo con los anchos propios del modelo.</translation>
    </message>
    <message>
        <source>Each window is also read moved by so much forth and back along strike and to both sides, since nobody can tell where exactly a window ought to begin.</source>
        <translation>Cada ventana se lee también desplazada tanto hacia delante y hacia atrás a lo largo del rumbo y hacia ambos lados, pues nadie puede decir dónde debe comenzar exactamente una ventana.</translation>
    </message>
    <message>
        <source>The experiments are dextral; a sinistral map is mirrored before it is read. That changes nothing with the shipped model, which answers mirror images alike, nor where all four mirrored copies are read. With auto each strip is read in the sense of most of its trace length, which a field must tell.</source>
        <translation>Los experimentos son dextrales; un mapa sinistral se refleja antes de leerlo. Eso no cambia nada con el modelo incluido, que responde igual a imágenes especulares, ni donde se leen las cuatro copias reflejadas. Con auto cada franja se lee en el sentido de la mayor parte de su longitud de traza, que un campo debe indicar.</translation>
    </message>
    <message>
        <source>Each window is also read mirrored along strike, across it, and both. Auto does so only for models that do not answer mirror images alike.</source>
        <translation>Cada ventana se lee también reflejada a lo largo del rumbo, de través y de ambas formas. Auto lo hace solo con modelos que no responden igual a imágenes especulares.</translation>
    </message>
    <message>
        <source>A map denser than any experiment, as ruptures mapped to the metre are, is first reduced to what a camera of the experiments would see. Never leaves KE NULL there, always does it everywhere.</source>
        <translation>Un mapa más denso que cualquier experimento, como las rupturas cartografiadas al metro, se reduce antes a lo que vería una cámara de los experimentos. «never» deja KE NULL allí, «always» lo hace en todas partes.</translation>
    </message>
    <message>
        <source>onnxruntime, or the NumPy engine that comes with the plugin; their estimates are the same. Auto says why, where onnxruntime is there and does not work.</source>
        <translation>onnxruntime, o el motor de NumPy que viene con el complemento; sus estimaciones son las mismas. Auto dice por qué, donde onnxruntime está y no funciona.</translation>
    </message>
    <message>
        <source>Direction of slip after Aki and Richards. It decides before slip type and dip. Windows with much that is not strike-slip are flagged; where nearly all is normal or reverse KE is NULL.</source>
        <translation>Dirección del deslizamiento según Aki y Richards. Decide antes que el tipo de deslizamiento y el buzamiento. Las ventanas con mucho que no es transcurrente reciben un aviso; donde casi todo es normal o inverso, KE es NULL.</translation>
    </message>
    <message>
        <source>Words or codes such as dextral, Left-lateral or N, in eight languages; read where there is no rake. What cannot be understood is unknown, and listed in the log.</source>
        <translation>Palabras o códigos como dextral, Left-lateral o N, en ocho idiomas; se leen donde no hay rake. Lo que no se entiende es desconocido y figura en el registro.</translation>
    </message>
    <message>
        <source>Read where there is neither rake nor slip type: below 65 degrees strike-slip is doubtful, and the window is flagged.</source>
        <translation>Se lee donde no hay rake ni tipo de deslizamiento: por debajo de 65 grados el carácter transcurrente es dudoso, y la ventana recibe un aviso.</translation>
    </message>
    <message>
        <source>A text file in UTF-8 that says what words of your own mean, a line each, such as &quot;kuzey tipi = dextral&quot;. They go before those that ssf knows.</source>
        <translation>Un archivo de texto en UTF-8 que dice qué significan sus propias palabras, una línea cada una, como &quot;kuzey tipi = dextral&quot;. Van antes que las que ssf conoce.</translation>
    </message>
    <message>
        <source>Polygons of 6.4 km along and 12.8 km across the zone (with the shipped model), each with KE, OFD, interval, spread and flags.</source>
        <translation>Polígonos de 6.4 km a lo largo y 12.8 km a través de la zona (con el modelo incluido), cada uno con KE, OFD, intervalo, dispersión y avisos.</translation>
    </message>
    <message>
        <source>The traces with their own attributes and the KE of the windows that they pass, weighted by length.</source>
        <translation>Las trazas con sus propios atributos y la KE de las ventanas por las que pasan, ponderada por longitud.</translation>
    </message>
    <message>
        <source>The zones&apos; guide lines in stretches, each with the KE of the window nearest along the zone; for maps of a whole region.</source>
        <translation>Las líneas guía de las zonas en tramos, cada uno con la KE de la ventana más cercana a lo largo de la zona; para mapas de toda una región.</translation>
    </message>
    <message>
        <source>A table with mean, median and range of KE, share of flagged windows, and flags.</source>
        <translation>Una tabla con media, mediana y rango de KE, parte de ventanas con avisos, y avisos.</translation>
    </message>
    <message>
        <source>One HTML file that needs no other file and no network, to pass on.</source>
        <translation>Un archivo HTML que no necesita otros archivos ni red, para pasarlo a otros.</translation>
    </message>
    <message>
        <source>A table of KE and OFD along the strike of each zone, a row a window.</source>
        <translation>Una tabla de KE y OFD a lo largo del rumbo de cada zona, una fila por ventana.</translation>
    </message>
    <message>
        <source>A PNG or SVG file of the longest zone that has a KE, or of the zones named.</source>
        <translation>Un archivo PNG o SVG de la zona más larga que tiene KE, o de las zonas nombradas.</translation>
    </message>
    <message>
        <source>A page with the figure, for the Results Viewer.</source>
        <translation>Una página con la figura, para el visor de resultados.</translation>
    </message>
    <message>
        <source>Names as in the column zone. Without them the longest zones are drawn.</source>
        <translation>Nombres como en la columna zone. Sin ellos se dibujan las zonas más largas.</translation>
    </message>
    <message>
        <source>A table of what each model answered to each drawing of each window.</source>
        <translation>Una tabla de lo que cada modelo respondió a cada dibujo de cada ventana.</translation>
    </message>
    <message>
        <source>The lines of which dense strips were drawn; empty where none was too dense.</source>
        <translation>Las líneas con las que se dibujaron las franjas densas; vacía donde ninguna lo era demasiado.</translation>
    </message>
    <message>
        <source>Mean of all windows that have a KE, each of the same weight; empty if none has.</source>
        <translation>Media de todas las ventanas que tienen KE, todas con el mismo peso; vacía si ninguna la tiene.</translation>
    </message>
    <message>
        <source>How many windows there are, with or without KE.</source>
        <translation>Cuántas ventanas hay, con o sin KE.</translation>
    </message>
    <message>
        <source>Traces are divided into stretches of about this length along strike; each is taken away in turn, and the windows that hold it are read again. From two pixels to a window&apos;s length.</source>
        <translation>Las trazas se dividen en tramos de más o menos esta longitud a lo largo del rumbo; cada uno se quita por turno, y las ventanas que lo contienen se leen de nuevo. De dos píxeles a la longitud de una ventana.</translation>
    </message>
    <message>
        <source>Cells of 400 m, each with what it adds to the network&apos;s answer to a window without faults; blue adds to KE, red takes away from it.</source>
        <translation>Celdas de 400 m, cada una con lo que suma a la respuesta de la red a una ventana sin fallas; las azules suman KE, las rojas la restan.</translation>
    </message>
    <message>
        <source>Cells summed across strike, held against one straight fault through the window. Red columns are where KE is lost: look there for a step, a gap, a bend or a splay.</source>
        <translation>Celdas sumadas de través al rumbo, comparadas con una sola falla recta por la ventana. Las columnas rojas son donde se pierde KE: busque allí un relevo, un hueco, una inflexión o una ramificación.</translation>
    </message>
    <message>
        <source>Stretches of trace with the KE of their windows without them; blue ones carry KE, red ones cost it, and for grey ones it cannot be known.</source>
        <translation>Tramos de traza con la KE de sus ventanas sin ellos; los azules llevan KE, los rojos la cuestan, y en los grises no se puede saber.</translation>
    </message>
    <message>
        <source>The most that all columns of one window together fall short of a straight fault.</source>
        <translation>Lo máximo que todas las columnas de una ventana juntas quedan por debajo de una falla recta.</translation>
    </message>
    <message>
        <source>The same faults as somebody else maps them, in any coordinate reference system, or a copy of map A that you edited. Lines more than 2 km from every trace of map A are left out, with a count.</source>
        <translation>Las mismas fallas como las cartografía otra persona, en cualquier sistema de referencia de coordenadas, o una copia del mapa A que usted editó. Las líneas a más de 2 km de toda traza del mapa A se omiten y se cuentan.</translation>
    </message>
    <message>
        <source>With a zone field on each map, zones of the same name are the same.</source>
        <translation>Con un campo de zona en cada mapa, las zonas del mismo nombre son las mismas.</translation>
    </message>
    <message>
        <source>Mean change of KE from map A to map B over the windows that have it.</source>
        <translation>Cambio medio de KE del mapa A al mapa B en las ventanas que lo tienen.</translation>
    </message>
    <message>
        <source>How many windows have a KE on both maps.</source>
        <translation>Cuántas ventanas tienen KE en ambos mapas.</translation>
    </message>
    <message>
        <source>Lines that are drawn twice, stray, coarse or not strike-slip, each with what to do.</source>
        <translation>Líneas dibujadas dos veces, sueltas, poco detalladas o no transcurrentes, cada una con lo que conviene hacer.</translation>
    </message>
    <message>
        <source>How many places and lines there are to look at.</source>
        <translation>Cuántos lugares y líneas conviene mirar.</translation>
    </message>
    <message>
        <source>The findings and flags in words, as in the log.</source>
        <translation>Los hallazgos y avisos en palabras, como en el registro.</translation>
    </message>
    <message>
        <source>The fitted guide lines. Edit them where they do not follow the zone as a whole, join or split them, and give them back as guide lines.</source>
        <translation>Las líneas guía ajustadas. Edítelas donde no sigan la zona en su conjunto, únalas o divídalas, y devuélvalas como líneas guía.</translation>
    </message>
    <message>
        <source>Straight frames of up to five windows, as the laboratory&apos;s box is one.</source>
        <translation>Marcos rectos de hasta cinco ventanas, como lo es la caja del laboratorio.</translation>
    </message>
    <message>
        <source>How many guide lines there are, at least one a zone.</source>
        <translation>Cuántas líneas guía hay, al menos una por zona.</translation>
    </message>
    <message>
        <source>A fault map that is in pixels: a laboratory&apos;s, or a scanned and classified one. Faults may be several pixels wide; they are reduced to their centre lines.</source>
        <translation>Un mapa de fallas que está en píxeles: el de un laboratorio, o uno escaneado y clasificado. Las fallas pueden tener varios píxeles de ancho; se reducen a sus líneas medias.</translation>
    </message>
    <message>
        <source>The band of the raster that holds the faults.</source>
        <translation>La banda del ráster que contiene las fallas.</translation>
    </message>
    <message>
        <source>The value of fault pixels. Without it all but 0 and the raster&apos;s no-data are fault.</source>
        <translation>El valor de los píxeles de falla. Sin él, es falla todo menos 0 y el «sin datos» del ráster.</translation>
    </message>
    <message>
        <source>Only for rasters without a coordinate reference system, such as photographs of an experiment; 1 cm of clay stands for 1 km of crust. Results then lie around longitude and latitude 0.</source>
        <translation>Solo para rásteres sin sistema de referencia de coordenadas, como fotografías de un experimento; 1 cm de arcilla representa 1 km de corteza. Los resultados quedan entonces en torno a longitud y latitud 0.</translation>
    </message>
    <message>
        <source>Any points or lines, such as displacement measurements or cities, in any coordinate reference system.</source>
        <translation>Cualesquiera puntos o líneas, como medidas de desplazamiento o ciudades, en cualquier sistema de referencia de coordenadas.</translation>
    </message>
    <message>
        <source>The same with their own columns and the KE of the window in which they lie; of a line the mean by length.</source>
        <translation>Los mismos con sus propias columnas y la KE de la ventana en que están; en una línea, la media por longitud.</translation>
    </message>
    <message>
        <source>How many features lie in a window that has a KE.</source>
        <translation>Cuántos objetos están en una ventana que tiene KE.</translation>
    </message>
    <message>
        <source>What the models say of themselves, in one HTML file, for the Results Viewer.</source>
        <translation>Lo que los modelos dicen de sí mismos, en un archivo HTML, para el visor de resultados.</translation>
    </message>
    <message>
        <source>Name and version of the models, for scripts.</source>
        <translation>Nombre y versión de los modelos, para scripts.</translation>
    </message>
    <message>
        <source>Metres of crust for a pixel of the models&apos; maps.</source>
        <translation>Metros de corteza por píxel de los mapas de los modelos.</translation>
    </message>
    <message>
        <source>All that the model&apos;s file says of itself: training, scores, ranges, interval.</source>
        <translation>Todo lo que el archivo del modelo dice de sí mismo: entrenamiento, aciertos, rangos, intervalo.</translation>
    </message>
    <message>
        <source>A page with a plot a zone, for the Results Viewer.</source>
        <translation>Una página con un gráfico por zona, para el visor de resultados.</translation>
    </message>
    <message>
        <source>Where the GeoTIFFs go, named by zone and strip: 1 on a trace, 0 elsewhere, columns along the zone. A folder that holds files of these names is refused.</source>
        <translation>Adonde van los GeoTIFF, con nombres por zona y franja: 1 sobre una traza, 0 en lo demás, columnas a lo largo de la zona. Una carpeta que contiene archivos con estos nombres se rechaza.</translation>
    </message>
    <message>
        <source>A polygon a strip, with the name of its GeoTIFF.</source>
        <translation>Un polígono por franja, con el nombre de su GeoTIFF.</translation>
    </message>
    <message>
        <source>Off, since a map may have thousands. Loaded, lines are dark and the rest is clear.</source>
        <translation>Desactivado, pues un mapa puede tener miles. Cargados, las líneas son oscuras y lo demás es transparente.</translation>
    </message>
    <message>
        <source>How many strips, and so GeoTIFFs, there are.</source>
        <translation>Cuántas franjas, y por tanto GeoTIFF, hay.</translation>
    </message>
    <message>
        <source>The windows of an estimate with the flags that they will have, without a KE.</source>
        <translation>Las ventanas de una estimación con los avisos que tendrán, sin KE.</translation>
    </message>
    <message>
        <source>The map whose windows are compared; active strike-slip faults alone.</source>
        <translation>El mapa cuyas ventanas se comparan; solo fallas transcurrentes activas.</translation>
    </message>
    <message>
        <source>The windows of map A with KE on both maps and its change: blue where it rises from A to B, red where it falls.</source>
        <translation>Las ventanas del mapa A con KE en ambos mapas y su cambio: azules donde sube de A a B, rojas donde baja.</translation>
    </message>
    <message>
        <source>How many windows were explained.</source>
        <translation>Cuántas ventanas se explicaron.</translation>
    </message>
    <message>
        <source>The lines that were made of the raster, with their KE; look at them first.</source>
        <translation>Las líneas que se hicieron del ráster, con su KE; mírelas primero.</translation>
    </message>
    <message>
        <source>A layer of windows that an estimate wrote, or a selection of it.</source>
        <translation>Una capa de ventanas que escribió una estimación, o una selección de ella.</translation>
    </message>
    <message>
        <source>The windows exactly as an estimate lays them, without a KE.</source>
        <translation>Las ventanas exactamente como las coloca una estimación, sin KE.</translation>
    </message>
    <message>
        <source>The traces with their zones. Correct the column zone where you know better, and give it as zone field.</source>
        <translation>Las trazas con sus zonas. Corrija la columna zone donde usted lo sepa mejor, y désela como campo de zona.</translation>
    </message>
    <message>
        <source>A layer of windows that an estimate wrote, or a selection of it. It needs the columns zone, along_km and ke; intervals and flags are drawn where it has them.</source>
        <translation>Una capa de ventanas que escribió una estimación, o una selección de ella. Necesita las columnas zone, along_km y ke; intervalos y avisos se dibujan donde los tiene.</translation>
    </message>
    <message>
        <source>How many zones were plotted.</source>
        <translation>Cuántas zonas se dibujaron.</translation>
    </message>
    <message>
        <source>The GeoTIFFs, for models and scripts.</source>
        <translation>Los GeoTIFF, para modelos y scripts.</translation>
    </message>
    <message>
        <source>tutorial</source>
        <translation>tutorial</translation>
    </message>
    <message>
        <source>Add the example model to the toolbox</source>
        <translation>Añadir el modelo de ejemplo a la caja de herramientas</translation>
    </message>
    <message>
        <source>In the Processing toolbox, under Models, Examples: {path}</source>
        <translation>En la caja de herramientas de Procesos, en Modelos, Examples: {path}</translation>
    </message>
    <message>
        <source>method</source>
        <translation>método</translation>
    </message>
    <message>
        <source>limits</source>
        <translation>límites</translation>
    </message>
    <message>
        <source>One lone trace covers less than three quarters of the window&apos;s length: KE falls towards 0 with what is missing. If the fault goes on unmapped, KE comes out far too low.</source>
        <translation>Una sola traza cubre menos de tres cuartos de la longitud de la ventana: KE baja hacia 0 con lo que falta. Si la falla sigue sin estar cartografiada, KE resulta muy por debajo.</translation>
    </message>
    <message>
        <source>Says what to mend, or to know, in a layer of fault traces before anything is estimated, and which flag will come where: lines drawn twice, ends that nearly meet, gaps, zones without trace for more than 2 km, stray pieces, coarse lines, faults that are not strike-slip, other zones near by. Nothing in your layer is changed.</source>
        <translation>Dice qué conviene corregir, o saber, en una capa de trazas de falla antes de estimar nada, y qué aviso aparecerá dónde: líneas dibujadas dos veces, extremos que casi se tocan, huecos, zonas sin traza en más de 2 km, trozos sueltos, líneas poco detalladas, fallas que no son transcurrentes, otras zonas cercanas. Nada cambia en su capa.</translation>
    </message>
    <message>
        <source>Ends that nearly meet another line, gaps between lines that run towards each other, stretches of a zone without trace, and windows that hold traces of another zone, each with what to do.</source>
        <translation>Extremos que casi tocan otra línea, huecos entre líneas que corren la una hacia la otra, tramos de una zona sin traza, y ventanas que contienen trazas de otra zona, cada uno con lo que conviene hacer.</translation>
    </message>
    <message>
        <source>empty stretch</source>
        <translation>tramo vacío</translation>
    </message>
    <message>
        <source>{label}: {place} is no table of a GeoPackage. Name a file, or write ogr:dbname=&apos;FILE.gpkg&apos; table=&quot;NAME&quot; (geom).</source>
        <translation>{label}: {place} no es una tabla de un GeoPackage. Indique un archivo o escriba ogr:dbname='ARCHIVO.gpkg' table=&quot;NOMBRE&quot; (geom).</translation>
    </message>
    <message>
        <source>Widths of the drawn lines, a band each; an estimate uses 2;3;4. Opened by hand, several bands show as colours.</source>
        <translation>Anchos de las líneas dibujadas, una banda cada uno; una estimación usa 2;3;4. Abiertas a mano, varias bandas se ven como colores.</translation>
    </message>
    <message>
        <source>{zone}, strip {strip}, window {window}: KE {ke:.2f}, {lost:.2f} less than a straight fault would have; the column that loses most, {most:.2f}, is at km {place:.1f} along the zone</source>
        <translation>{zone}, franja {strip}, ventana {window}: KE {ke:.2f}, {lost:.2f} menos de la que tendría una falla recta; la columna que más pierde, {most:.2f}, está en el km {place:.1f} a lo largo de la zona</translation>
    </message>
    <message>
        <source>{count} window of {total} took {so_far}; the others will take about {left}.</source>
        <translation>{count} de {total} ventanas tardó {so_far}; las demás tardarán unos {left}.</translation>
    </message>
    <message>
        <source>{count} windows of {total} took {so_far}; the others will take about {left}.</source>
        <translation>{count} de {total} ventanas tardaron {so_far}; las demás tardarán unos {left}.</translation>
    </message>
    <message>
        <source>{count} window</source>
        <translation>{count} ventana</translation>
    </message>
    <message>
        <source>{count} windows</source>
        <translation>{count} ventanas</translation>
    </message>
    <message>
        <source>Lines of map B that belong to no window of map A: {count} of {total}.</source>
        <translation>Líneas del mapa B que no pertenecen a ninguna ventana del mapa A: {count} de {total}.</translation>
    </message>
    <message>
        <source>{windows}, {n_compared} with KE on both maps; the maps differ in {n_redrawn}. In {n_agreed} all members see KE change to the same side.</source>
        <translation>{windows}, {n_compared} con KE en ambos mapas; los mapas difieren en {n_redrawn}. En {n_agreed} todos los miembros ven cambiar KE hacia el mismo lado.</translation>
    </message>
    <message>
        <source>{count} line in the raster.</source>
        <translation>{count} línea en el ráster.</translation>
    </message>
    <message>
        <source>{count} window, {known} with KE.</source>
        <translation>{count} ventana, {known} con KE.</translation>
    </message>
    <message>
        <source>{count} window with KE.</source>
        <translation>{count} ventana con KE.</translation>
    </message>
    <message>
        <source>Features with a KE: {known} of {total}.</source>
        <translation>Objetos con KE: {known} de {total}.</translation>
    </message>
    <message>
        <source>{guides}, {strips}, {windows}.</source>
        <translation>{guides}, {strips}, {windows}.</translation>
    </message>
    <message>
        <source>{count} guide line</source>
        <translation>{count} línea guía</translation>
    </message>
    <message>
        <source>{count} guide lines</source>
        <translation>{count} líneas guía</translation>
    </message>
    <message>
        <source>{count} strip</source>
        <translation>{count} franja</translation>
    </message>
    <message>
        <source>{count} strips</source>
        <translation>{count} franjas</translation>
    </message>
    <message>
        <source>{count} strip in {folder}</source>
        <translation>{count} franja en {folder}</translation>
    </message>
    <message>
        <source>{lines} of {features}, {strips}.</source>
        <translation>{lines} de {features}, {strips}.</translation>
    </message>
    <message>
        <source>{count} trace line</source>
        <translation>{count} línea de traza</translation>
    </message>
    <message>
        <source>{count} trace lines</source>
        <translation>{count} líneas de traza</translation>
    </message>
    <message>
        <source>{count} feature</source>
        <translation>{count} objeto</translation>
    </message>
    <message>
        <source>{count} features</source>
        <translation>{count} objetos</translation>
    </message>
    <message>
        <source>{label}: {value} is no number. Write decimals with a point.</source>
        <translation>{label}: {value} no es un número. Escriba los decimales con punto.</translation>
    </message>
    <message>
        <source>This is a table, without places.</source>
        <translation>Es una tabla, sin lugares.</translation>
    </message>
    <message>
        <source>{flag} in {count}</source>
        <translation>{flag} en {count}</translation>
    </message>
    <message>
        <source>Other sizes of a pixel at which to read each window, metres (such as 88;120)</source>
        <translation>Otros tamaños de píxel con los que leer cada ventana, metros (como 88;120)</translation>
    </message>
    <message>
        <source>Line thicknesses in pixels (such as 2;3;4; none: the model&apos;s)</source>
        <translation>Grosores de línea en píxeles (como 2;3;4; ninguno: los del modelo)</translation>
    </message>
    <message>
        <source>A trace, as drawn, runs straight across the window, at some 45 degrees or more, for more than 15 rows of pixels (1.5 km), as in two of a thousand training windows; KE comes out far too low. Beyond 20 rows, as in six of a hundred thousand, KE is NULL.</source>
        <translation>Una traza, tal como se dibuja, cruza la ventana de través, en línea recta, a unos 45 grados o más, durante más de 15 filas de píxeles (1.5 km), como en dos de cada mil ventanas de entrenamiento; KE resulta muy por debajo. A más de 20 filas, como en seis de cada cien mil, KE es NULL.</translation>
    </message>
</context>
</TS>
