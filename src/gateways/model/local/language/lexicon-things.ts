/** Things and properties of everyday business: `concept: English | Spanish`, first of each side the one to say. */
export const things = `
account: account accounts acct | cuenta cuentas;
bill: bill bills invoice invoices statement statements | factura facturas facturar facturacion recibo recibos;
charge_line: charges charged overcharged surcharge | cargo cargos cobraron cobrado cobrais cobraste
  cobran;
owe: owe owed owing debt outstanding amount_due owes left_to_pay still_to_pay | deber debo debe deuda deudas adeudar debemos por_pagar;
due: due deadline expiry expire expires maturity | vencimiento vencer vence vencen plazo caducar caduca;
balance: balance balances remaining remain remains left | saldo saldos restante queda quedan pendiente_de_pago;
money: money cash dollars bucks | dinero plata dolares euros;
amount: amount sum quantity | importe cantidad monto cuantia;
total: total overall | total;
price: price prices cost costs pricing | precio precios coste costo costar cuesta tarifa;
fee: fee fees commission | comision comisiones honorarios;
tax: tax taxes vat | impuesto impuestos iva;
reward: reward bonus points | premio bono puntos;
currency: currency | moneda divisa;
date: date day | fecha dia;
time: time hour hours | hora horas;
month: month months monthly | mes meses mensual mensualmente;
year: year years annual yearly | ano anos anual;
week: week weeks weekly | semana semanas semanal;
period: period term duration | periodo duracion;
status: status state condition situation progress | estado estados situacion estatus;
work: work works working function functioning operate operational online up up_and_running | funcionar funcion
  operativo operativa servir sirve;
problem: problem problems issue issues trouble fault faults failure error wrong complaint fail failing |
  problema problemas fallo fallos fallar averia averias incidencia incidencias error queja mal;
broken: broken dead down faulty | roto rota caido caida muerto muerta averiado averiada estropeado
  estropeada;
outage: outage outages interruption disruption disconnection | corte cortes interrupcion apagon;
slow: slow sluggish slowly crawling | lento lenta lentitud despacio lentisimo;
speed: speed fast | velocidad rapido;
connection: connection connections connected connectivity | conexion conexiones conectado;
line: line lines | linea lineas;
service: service services | servicio servicios;
customer: customer customers client clients holder | cliente clientes titular;
person: person people human someone_real representative | persona personas humano operador
  agente_humano;
employee: employee staff worker colleague | empleado empleada personal trabajador;
name: name names called named | nombre nombres llamado llamada_por;
surname: surname lastname last_name family_name | apellido apellidos;
phone: phone telephone mobile cell cellphone | telefono movil celular;
email: email mail_address inbox | correo email mail;
address: address street | direccion domicilio calle;
city: city town | ciudad;
country: country | pais;
number: number | numero;
reference: reference ref identifier id code | referencia identificador codigo;
reason: reason cause motive | motivo causa razon;
history: history historic past_records log_of | historial historico antecedentes;
record: record records file chart dossier | expediente registro registros ficha;
document: document documents paperwork | documento documentos papeles;
report: report reports | informe informes reporte;
note: note notes comment remark | nota notas comentario observacion;
message: message messages | mensaje mensajes;
contract: contract contracts agreement | contrato contratos acuerdo;
plan: plan plans | plan planes;
card: card cards | tarjeta tarjetas;
loan: loan loans mortgage | prestamo prestamos hipoteca;
rate: rate interest apr | tasa interes intereses tipo_de_interes;
instalment: instalment installment instalments installments repayment repayments | cuota cuotas
  mensualidad;
limit: limit limits cap | limite limites tope;
risk: risk | riesgo;
score: score rating | puntuacion calificacion;
income: income salary wage earnings | ingresos salario sueldo nomina;
application_record: applicant | solicitante;
patient: patient patients | paciente pacientes;
doctor: doctor physician clinician gp | medico medica doctora;
appointment: appointment appointments visit consultation | cita citas visita consulta_medica turno;
vaccination: vaccination vaccine vaccinations jab | vacuna vacunas vacunacion;
medication: medication medications medicine medicines drug drugs pill pills | medicamento medicamentos
  medicacion medicina farmaco pastilla pastillas;
dose: dose dosage | dosis;
allergy: allergy allergies allergic | alergia alergias alergico alergica;
diagnosis: diagnosis diagnoses illness disease | enfermedad dolencia;
result: result results outcome finding | resultado resultados;
analysis: analysis lab laboratory blood | analisis laboratorio analitica sangre;
order_record: purchase_order orders | pedido pedidos;
delivery: delivery shipment parcel package | entrega envio envios paquete;
product: product products item items | producto productos articulo articulos;
ticket: ticket tickets case | ticket caso_abierto;
user: user username login | usuario usuaria;
password: password passcode | contrasena clave;
department: department team | departamento equipo;
policy: policy policies terms conditions | politica politicas condiciones;
insurance: insurance coverage | seguro cobertura;
weather: weather forecast rain sunny | clima lluvia pronostico;
new: new newest latest recent recently | nuevo nueva ultimo ultima ultimos ultimas reciente;
old: old previous former | anterior antiguo antigua viejo;
available: available availability in_stock stock | disponible disponibilidad existencias;
active: active | activo activa;
urgent: urgent urgently emergency | urgente urgencia;
next: next upcoming following | proximo proxima siguiente;
high: high expensive | alto alta_cifra caro cara;
low: low cheap | bajo barato barata;
`;

/** Concepts of one neighbourhood: a word of one is weak evidence for the others, never enough for a change. */
export const neighbourhoods = `
status work problem broken outage slow speed;
line service connection;
bill charge_line owe due balance amount total price fee tax charge;
pay instalment due owe;
credit refund discount reward waive;
show check know find list read;
check test analysis;
date time due month period next;
name customer person user patient;
history record report document note;
medication dose prescribe;
appointment doctor book;
rate loan instalment income score;
`;
